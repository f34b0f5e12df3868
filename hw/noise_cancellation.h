// The noise-cancellation unit: M lanes (hw/noise_lane.h), each with LFSRs and seeds of its own, between the
// activation SRAM's read and write ports. The lanes run in lock-step; one process steps them all.
#pragma once

#include "hw/idle.h"
#include "hw/lane_control.h"
#include "hw/noise_lane.h"
#include "hw/sram.h"

#include <systemc>

#include <cstdint>

namespace quell::hw {

class NoiseCancellation : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};

    // A start of the DCU, or a reset: takes seeds and settings and drops every element in flight. Goes before
    // enable.
    sc_core::sc_in<bool> load{"load"};
    sc_core::sc_vector<sc_core::sc_in<std::uint64_t>> seed_1{"seed_1"}, seed_2{"seed_2"};  // of U1 and U2
    sc_core::sc_in<bool> sampling{"sampling"};
    sc_core::sc_in<std::int32_t> x_shift{"x_shift"}, mean_shift{"mean_shift"}, noise_shift{"noise_shift"};

    sc_core::sc_in<bool> enable{"enable"};  // while low the lanes stand still, and nothing is written
    sc_core::sc_in<LaneFeed> feed{"feed"};
    sc_core::sc_in<LaneWrite> write_control{"write_control"};
    sc_core::sc_out<WriteRequest> write{"write"};  // to the activation SRAM

    // `source` is what all lanes share; it outlives them. Throws Error when it has more lanes than 64.
    NoiseCancellation(const sc_core::sc_module_name& name, const denoiser::NoiseSource& source);
    NoiseCancellation(const sc_core::sc_module_name& name, denoiser::NoiseSource&& source) = delete;

    const sc_core::sc_vector<NoiseLane>& lanes() const { return lanes_; }

    // A lane with what enters it.
    void trace(sc_core::sc_trace_file* file, std::size_t lane) const;
    void trace(sc_core::sc_trace_file* file) const override;

private:
    void end_of_elaboration() override;
    void start_of_simulation() override;
    void step();
    void drive_request(const LaneWrite& control);

    sc_core::sc_vector<NoiseLane> lanes_{"lane"};
    Idle idle_;

    // Where the bound signals keep their values: a look at a port costs two virtual calls.
    struct Wires {
        const bool *load, *enable;
        const LaneFeed* feed;
        const LaneWrite* write_control;
    } wires_{};

    WriteRequest request_;
    bool writing_ = false;  // the SRAM hears a request in this cycle
};

}  // namespace quell::hw
