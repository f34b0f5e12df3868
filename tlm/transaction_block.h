// The denoiser unit at transaction level: the values come from the fast block, bit-true, and the cycles from
// models/timing, with every DMA transfer made on the bus it finds.
#pragma once

#include "hw/denoiser_start.h"
#include "models/config/denoiser_config.h"
#include "models/denoiser/noise_lanes.h"
#include "models/timing/block_timing.h"
#include "tlm/denoiser_model.h"
#include "tlm/memory_port.h"
#include "tlm/recorder.h"
#include "tlm/run_reset.h"

#include <systemc>
#include <tlm>

#include <string>

namespace quell::tlm {

class TransactionBlock {
public:
    // owner: its name in messages. What is referred to outlives the block.
    TransactionBlock(std::string owner, const config::DenoiserConfig& config,
                     const denoiser::NoiseSource& noise, sc_core::sc_time cycle, DenoiserValues values,
                     ::tlm::tlm_initiator_socket<128>& memory, const RunReset& reset);

    // One start, from a thread; returns when it is done. Throws StartRefusal when the bus refuses, and
    // RunReset::Seen, when the transfer under way has ended.
    timing::BlockTiming run(const hw::DenoiserStart& start);

    // What the control unit does is told to the recorder, which outlives the block.
    void attach(Recorder& recorder) { recorder_ = &recorder; }

private:
    struct Data;
    class MemoryDma;
    class Phases;

    const config::DenoiserConfig& config_;
    const denoiser::NoiseSource& noise_;
    const sc_core::sc_time cycle_;
    const DenoiserValues values_;
    MemoryPort memory_;
    const RunReset& reset_;
    Recorder* recorder_ = nullptr;
};

}  // namespace quell::tlm
