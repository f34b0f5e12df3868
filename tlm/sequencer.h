// The sequencer: fetches context words and drives the machine with them.
//
// Strips run decoupled: one engine each for loads, products, digital work and stores, a strip goes from one
// to the next, so that the load of a strip overlaps the products of the one before. Two strips' input and two
// strips' results can be held. SYNC waits until all is stored and closes a layer; PROGRAM and DENOISE wait as
// well. Words are fetched ahead and the denoiser's registers written while the layer before still computes:
// neither costs cycles.
//
// One program counter drives the whole grid here. Strips carry no state of the sequencer's, so that several
// counters, each with engines and a range of PEs of its own, can stand beside each other.
#pragma once

#include "models/timing/block_timing.h"
#include "models/timing/cycle_breakdown.h"
#include "models/timing/platform_timing.h"
#include "tlm/context_program.h"
#include "tlm/transfer_engine.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>
#include <tlm>

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace quell::tlm {

// What a SYNC closed.
struct LayerTrace {
    std::int64_t layer = 0;
    sc_core::sc_time begin;
    timing::CycleBreakdown breakdown;  // sums to the layer's cycles
};

// What a DENOISE did.
struct BlockTrace {
    std::int64_t site = 0;
    timing::Cycles cycles = 0;  // from the start to the interrupt
    timing::BlockTiming timing;
};

// A queue between two engines.
template <typename T>
class EngineQueue {
public:
    void push(T item) {
        items_.push_back(std::move(item));
        arrived_.notify(sc_core::SC_ZERO_TIME);
    }
    T pop() {
        while (items_.empty()) sc_core::wait(arrived_);
        T item = std::move(items_.front());
        items_.pop_front();
        return item;
    }

private:
    std::deque<T> items_;
    sc_core::sc_event arrived_;
};

class DenoiserTarget;

class Sequencer : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<Sequencer, 64> fetch{"fetch"};      // the context memory
    tlm_utils::simple_initiator_socket<Sequencer, 64> context{"context"};  // the grid
    tlm_utils::simple_initiator_socket<Sequencer, 32> block_registers{"block_registers"};
    sc_core::sc_in<bool> block_done{"block_done"};  // the denoiser's interrupt
    TransferEngine loads{"loads"}, stores{"stores"}, weights{"weights"};

    // word_count: of the program that the context memory holds when the simulation begins. `denoiser` is
    // asked for its breakdown after each block; nullptr when the platform has none.
    Sequencer(const sc_core::sc_module_name& name, const config::PlatformConfig& config,
              const timing::PlatformTiming& timing, sc_core::sc_time cycle, std::size_t word_count,
              const DenoiserTarget* denoiser);

    const std::vector<LayerTrace>& layers() const { return layers_; }
    const std::vector<BlockTrace>& blocks() const { return blocks_; }
    bool halted() const { return halted_; }
    const std::string& failure() const { return failure_; }  // why it halted, if not by HALT

private:
    // A strip on its way through the engines.
    struct Strip {
        const ProgramStep* step = nullptr;
        std::int64_t repetition = 0;
        bool multiplies = false;             // on crossbars; else the digital units take their place
        sc_core::sc_time load_wait;          // for ports
        sc_core::sc_time multiplied, ready;  // end of the products; results out of the pipeline
    };

    void control();
    void run_program(const std::vector<ProgramStep>& steps);
    std::vector<std::uint64_t> fetch_program();
    void load_engine();
    void multiply_engine();
    void digital_engine();
    void store_engine();

    void issue(const ProgramStep& step, std::int64_t repetition);
    void drain();  // until every strip is stored
    void begin_pass();
    void close_pass();  // adds what follows the last product
    void program_weights(const DecodedWord& word);
    void denoise(const Instruction& block);
    void write_register(std::uint64_t offset, std::uint32_t value);
    sc_core::sc_time send(const DecodedWord& word);  // the time of the slowest PE
    timing::Cycles cycles(const sc_core::sc_time& time) const;

    config::PlatformConfig config_;
    const timing::PlatformTiming& timing_;
    sc_core::sc_time cycle_;
    std::size_t word_count_;
    const DenoiserTarget* denoiser_;

    EngineQueue<Strip> to_load_, to_multiply_, to_digital_, to_store_;
    sc_core::sc_semaphore free_inputs_{2}, free_results_{2};
    std::int64_t issued_ = 0, stored_ = 0;
    sc_core::sc_event strip_stored_{"strip_stored"};

    // Of the pass that runs.
    bool first_strip_ = true;
    sc_core::sc_time multiply_end_;  // of the last strip, at first the pass's begin
    sc_core::sc_time store_wait_;    // for ports, by the strip stored last
    sc_core::sc_time last_ready_, last_digital_, last_store_;
    timing::CycleBreakdown breakdown_;  // of the layer that runs
    sc_core::sc_time layer_begin_;

    std::vector<LayerTrace> layers_;
    std::vector<BlockTrace> blocks_;
    std::string failure_;
    bool halted_ = false;
};

}  // namespace quell::tlm
