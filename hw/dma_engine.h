// The DMA engine: moves bursts of words between memory and the SRAMs, one transfer at a time, in order
// (docs/timing.md, section 5). It reaches each SRAM through a port of its own and memory through a bus that
// takes one beat a cycle when nobody else uses it.
//
//     cycle s           the transfer starts: descriptor, first address (set-up 4), memory's first beat (4)
//     cycle s + 6 + b   beat b is asked for, and may be on the bus; two may be under way
//     cycle s + 7 + b   it has been answered when this cycle ends
//     cycle s + 8 + b   what it read is written to the SRAM
//     cycle e           first cycle after the transfer: s + 8 + beats, later when the bus makes it wait
#pragma once

#include "hw/fifo.h"
#include "hw/idle.h"
#include "hw/sram.h"
#include "models/timing/dma.h"

#include <cstdint>
#include <deque>

namespace quell::hw {

using timing::Cycles;

// A transfer as the DCU orders it; `serial` numbers them from 1.
struct DmaCommand {
    std::uint32_t serial = 0;
    timing::DmaKind kind = timing::DmaKind::input;
    std::uint64_t memory = 0;  // byte address of the first burst
    std::uint64_t stride = 0;  // bytes from burst to burst
    std::uint32_t bursts = 0, burst_words = 0;
    std::uint32_t address = 0;  // first word in the SRAM; the bursts lie behind each other
    bool operator==(const DmaCommand&) const = default;
};

// One beat on the bus; `serial` numbers them from 1. Answered with the same serial number.
struct BusBeat {
    std::uint64_t serial = 0;
    bool write = false;
    std::uint64_t address = 0;  // bytes
    WordBus words;              // to write; of a read their count alone
    bool operator==(const BusBeat&) const = default;
};
struct BusAnswer {
    std::uint64_t serial = 0;
    bool failed = false;
    WordBus words;
    bool operator==(const BusAnswer&) const = default;
};

// How far the engine is: of the transfer that ends with this cycle, and of all before.
struct DmaStatus {
    std::uint32_t ended = 0;  // serial of the last transfer that has ended when this cycle is over
    Cycles stalled = 0;       // cycles that the bus made it wait
    bool failed = false;      // memory refused a beat: the engine has stopped
    bool operator==(const DmaStatus&) const = default;
};

std::ostream& operator<<(std::ostream& stream, const DmaCommand& command);
std::ostream& operator<<(std::ostream& stream, const BusBeat& beat);
std::ostream& operator<<(std::ostream& stream, const BusAnswer& answer);
std::ostream& operator<<(std::ostream& stream, const DmaStatus& status);
void sc_trace(sc_core::sc_trace_file* file, const DmaCommand& command, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const BusBeat& beat, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const BusAnswer& answer, const std::string& name);
void sc_trace(sc_core::sc_trace_file* file, const DmaStatus& status, const std::string& name);

class DmaEngine : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> clear{"clear"};  // a start of the DCU, or a reset: forgets everything
    sc_core::sc_in<DmaCommand> command{"command"};
    sc_core::sc_out<DmaStatus> status{"status"};
    sc_core::sc_out<BusBeat> beat{"beat"};
    sc_core::sc_in<BusAnswer> answer{"answer"};
    sc_core::sc_out<ReadRequest> activation_read{"activation_read"};
    sc_core::sc_in<WordBus> activation_data{"activation_data"};
    sc_core::sc_out<WriteRequest> activation_write{"activation_write"};
    sc_core::sc_out<WriteRequest> weight_write{"weight_write"};

    // beat_words: width of the bus. activation_latency: 1 to 4, so that the set-up hides it.
    DmaEngine(const sc_core::sc_module_name& name, int beat_words, Cycles activation_latency);

    // Cycles in which a transfer of this kind was under way.
    Cycles busy_cycles(timing::DmaKind kind) const { return busy_[static_cast<std::size_t>(kind)]; }

    void trace(sc_core::sc_trace_file* file) const override;

private:
    void end_of_elaboration() override;
    void start_of_simulation() override;
    void step();
    void start();
    void take_answer();
    void end_requests();
    void ask();

    // A beat of the transfer: how many come before it, its burst and its first word there.
    struct Place {
        std::int64_t beats = 0;
        std::uint64_t burst = 0;  // byte address
        std::uint32_t word = 0;
    };
    std::uint32_t words(const Place& place) const;
    void go_on(Place& place) const;

    const std::uint32_t beat_words_;
    const Cycles activation_latency_;
    Idle idle_;

    // Where the bound signals keep their values: a look at a port costs two virtual calls.
    struct Wires {
        const bool* clear;
        const DmaCommand* command;
        const BusAnswer* answer;
        const WordBus* activation_data;
    } wires_{};

    std::deque<DmaCommand> queue_;
    DmaCommand current_;
    bool running_ = false;
    bool reading_ = false, writing_ = false, writing_weights_ = false;  // the SRAMs hear a request
    Cycles phase_ = 0;  // cycles since the transfer's start, of the cycle to come
    std::int64_t beats_ = 0;
    Place read_, sent_;          // the next to ask of the SRAM, to put on the bus
    std::int64_t answered_ = 0;  // beats
    std::uint32_t sram_word_ = 0;
    Fifo<WordBus, 8> from_sram_;  // of a store: asked of the SRAM, not yet on the bus
    Fifo<BusAnswer, 4> answers_;  // to the beats under way
    std::uint32_t last_serial_ = 0;
    std::uint64_t beat_serial_ = 0, answer_serial_ = 0;
    std::uint64_t stale_serial_ = 0;  // beats up to this one were asked for before a reset
    Cycles busy_[3] = {};
    DmaStatus status_;
};

}  // namespace quell::hw
