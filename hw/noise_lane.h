// One noise-cancellation lane: y = x - (mean + e * sqrt(max(variance, 0))), e ~ N(0,1) of the lane's own two
// LFSRs. One element a cycle, bit-true to docs/numerics.md, sections 2 to 6. Registers of a sampled element,
// 27:
//
//     stages 1..24   uniform_to_normal; beside it x and mean wait, the variance waits 8 stages (1..8) and
//     then
//                    goes through the lane's root, one bit a stage (9..24)
//     stage  25      scale: normal * root
//     stage  26      align on one scale and subtract
//     stage  27      round and saturate: the output
//
// Without sampling an element enters at stage 26 at once, 2 cycles in all; root and LFSRs stand still.
// The two counts are those of models/timing/denoiser_latency.h.
//
// The lane is one clocked process: at each edge it drives its LFSRs and its uniform_to_normal too, whose
// registers keep the names of their own modules.
#pragma once

#include "hw/idle.h"
#include "hw/lfsr.h"
#include "hw/root_stages.h"
#include "hw/uniform_to_normal.h"
#include "models/denoiser/noise_lanes.h"

#include <systemc>

#include <array>
#include <cstdint>

namespace quell::hw {

class NoiseLane : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};

    // A start of the DCU, or a reset: takes seeds and settings and drops every element in flight. Goes before
    // enable.
    sc_core::sc_in<bool> load{"load"};
    sc_core::sc_in<std::uint64_t> seed_1{"seed_1"}, seed_2{"seed_2"};  // of the streams of U1 and U2
    sc_core::sc_in<bool> sampling{"sampling"};                         // low: mean only
    // Bits to the left that bring x, mean and noise on one scale (denoiser::Canceller has them): 0 to 40,
    // noise 0 to 8, which is all that fraction bits of -8 to 24 ask for.
    sc_core::sc_in<std::int32_t> x_shift{"x_shift"}, mean_shift{"mean_shift"}, noise_shift{"noise_shift"};

    // While low the lane stands still and valid_out is low; nothing in flight is lost.
    sc_core::sc_in<bool> enable{"enable"};
    sc_core::sc_in<bool> valid_in{"valid_in"};
    sc_core::sc_in<std::int16_t> x{"x"}, mean{"mean"}, variance{"variance"};
    sc_core::sc_out<bool> valid_out{"valid_out"};  // high for one cycle per element
    sc_core::sc_out<std::int16_t> y{"y"};          // keeps its word while nothing valid comes

    // What all lanes share; it outlives them. With normals_per_pair 2 every other element takes Z2 of the
    // pair before, and the LFSRs stand still for it.
    NoiseLane(const sc_core::sc_module_name& name, const denoiser::NoiseSource& source);
    NoiseLane(const sc_core::sc_module_name& name, denoiser::NoiseSource&& source) = delete;

    void trace(sc_core::sc_trace_file* file) const override;

private:
    static constexpr int kNormalStage = 24, kScaleStage = 25, kSubtractStage = 26;
    static constexpr int kRootStages = 16, kVarianceStages = kNormalStage - kRootStages;

    static constexpr std::int32_t kMostWordShift = 40, kMostNoiseShift = 8;

    void end_of_elaboration() override;
    void start_of_simulation() override;
    void step();
    void start();
    void advance(bool accepted);
    void show_valid(bool valid);
    void subtract(std::int16_t x_word, std::int16_t mean_word, std::int64_t noise);
    bool valid_at(int stage) const { return (valid_ >> (stage - 1) & 1) != 0; }

    const bool two_normals_per_pair_;
    Idle idle_;

    // Where the bound signals keep their values: a look at a port costs two virtual calls.
    struct Wires {
        const bool *load, *enable, *valid_in;
        const std::int16_t *x, *mean, *variance;
    } wires_{};

    bool valid_out_ = false;    // what valid_out was written last
    bool pair_wanted_ = false;  // the next element starts a new pair
    Lfsr lfsr_1_, lfsr_2_;
    UniformToNormal uniform_to_normal_;

    // Settings, taken with load.
    bool sampling_ = false;
    std::int32_t x_shift_ = 0, mean_shift_ = 0, noise_shift_ = 0;

    std::uint32_t valid_ = 0;        // bit s - 1: stage s
    std::uint32_t takes_first_ = 0;  // the same: elements that take Z1; others take Z2 of the pair before
    std::array<std::int16_t, kScaleStage> x_words_{}, mean_words_{};  // stages 1 to 25
    std::array<std::int16_t, kVarianceStages> variances_{};           // stages 1 to 8
    RootStages root_{kRootStages};                                    // behind the last of them
    std::int32_t product_ = 0;                                        // stage 25
    std::int64_t sum_ = 0;                                            // stage 26
};

}  // namespace quell::hw
