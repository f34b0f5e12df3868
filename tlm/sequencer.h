// The sequencer: fetches context words and drives the machine with them.
//
// The main program counter takes one image through the layers, one layer after the other: SYNC waits until
// all is stored and closes a layer; PROGRAM and DENOISE wait as well. COUNTER starts a program counter of its
// own on the words behind it; all of them run beside each other, and HALT waits for them. What they
// synchronise by is counted here: how many images every stage has finished. Words are fetched ahead and the
// denoiser's registers written while the layer before still computes: neither costs cycles.
#pragma once

#include "models/timing/block_timing.h"
#include "models/timing/cycle_breakdown.h"
#include "models/timing/platform_timing.h"
#include "tlm/context_program.h"
#include "tlm/grid_port.h"
#include "tlm/program_counter.h"
#include "tlm/strip_engines.h"
#include "tlm/transfer_engine.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>
#include <tlm>

#include <span>
#include <string>
#include <vector>

namespace quell::tlm {

// The image of a layer that the main program counter carried out.
constexpr std::int64_t single_image = -1;

// What a SYNC closed.
struct LayerTrace {
    std::int64_t layer = 0;
    std::int64_t image = single_image;  // of the batch
    sc_core::sc_time begin;
    timing::CycleBreakdown breakdown;  // sums to the layer's cycles
    CounterNumber counter = 0;         // that carried it out
};

// What a DENOISE did.
struct BlockTrace {
    std::int64_t site = 0;
    std::int64_t image = single_image;
    sc_core::sc_time begin;
    timing::Cycles cycles = 0;  // from the start to the interrupt
    timing::BlockTiming timing;
};

class DenoiserTarget;

class Sequencer : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<Sequencer, 64> fetch{"fetch"};  // the context memory
    tlm_utils::simple_initiator_socket<Sequencer, 32> block_registers{"block_registers"};
    sc_core::sc_in<bool> block_done{"block_done"};  // the denoiser's interrupt
    GridPort grid;
    StripEngines engines;  // of the main program counter
    TransferEngine weights{"weights"};
    sc_core::sc_vector<ProgramCounter> counters;  // one for each COUNTER, in the program's order

    // The program, as it is decoded, is also what the context memory holds when the simulation begins.
    // `denoiser` is asked for its breakdown after each block; nullptr when the platform has none.
    Sequencer(const sc_core::sc_module_name& name, const config::PlatformConfig& config,
              const timing::PlatformTiming& timing, sc_core::sc_time cycle, std::size_t word_count,
              std::size_t counter_count, const DenoiserTarget* denoiser);

    const std::vector<LayerTrace>& layers() const { return layers_; }
    const std::vector<BlockTrace>& blocks() const { return blocks_; }
    // When the first COUNTER was started.
    const sc_core::sc_time& batch_begin() const { return batch_begin_; }
    bool halted() const { return halted_; }

    // What all program counters have the grid do is told to the recorder.
    void attach(Recorder& recorder);
    const std::string& failure() const { return failure_; }  // why it halted, if not by HALT

    // For the program counters.
    // Until the stage has finished that image; at once for an image before the first.
    void wait_for_stage(std::int64_t stage, std::int64_t image);
    void finish_stage(std::int64_t stage);
    // Throws Error when the breakdown is not the time since the layer began.
    void close_layer(const LayerTrace& layer);
    void denoise(const Instruction& block, const MapRings& rings, std::int64_t image);
    void counter_halted();
    void fail(const std::string& reason) { failure_ = reason; }

private:
    void control();
    void run_program(std::span<const ProgramStep> steps);
    std::vector<std::uint64_t> fetch_program();
    void close_pass();  // and begin the next
    void begin_layer();
    void end_layer(std::int64_t layer);
    void program_weights(const DecodedWord& word);
    void start_counter(std::span<const ProgramStep> steps);
    void write_register(std::uint64_t offset, std::uint32_t value);
    timing::Cycles cycles(const sc_core::sc_time& time) const;

    config::PlatformConfig config_;
    const timing::PlatformTiming& timing_;
    sc_core::sc_time cycle_;
    std::size_t word_count_;
    const DenoiserTarget* denoiser_;
    Recorder* recorder_ = nullptr;

    timing::CycleBreakdown breakdown_;  // of the main counter's layer that runs
    sc_core::sc_time layer_begin_;

    std::size_t started_ = 0, running_ = 0;  // program counters besides the main one
    sc_core::sc_event all_halted_{"all_halted"};
    sc_core::sc_time batch_begin_;
    std::vector<std::int64_t> finished_;  // images, of each stage
    sc_core::sc_event stage_finished_{"stage_finished"};

    std::vector<LayerTrace> layers_;
    std::vector<BlockTrace> blocks_;
    std::string failure_;
    bool halted_ = false;
};

}  // namespace quell::tlm
