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
// The lane has no process of its own: the unit of all lanes steps it, once per rising edge
// (hw/noise_cancellation.h). Its LFSRs and its uniform_to_normal are modules for the sake of their names.
#pragma once

#include "hw/delay_line.h"
#include "hw/lfsr.h"
#include "hw/root_stages.h"
#include "hw/uniform_to_normal.h"
#include "models/denoiser/noise_lanes.h"

#include <systemc>

#include <cstdint>

namespace quell::hw {

// What all lanes are told at a start.
struct LaneSettings {
    bool sampling = true;  // false: mean only
    // Bits to the left that bring x, mean and noise on one scale (denoiser::Canceller has them): 0 to 40,
    // noise 0 to 8, which is all that fraction bits of -8 to 24 ask for.
    std::int32_t x_shift = 0, mean_shift = 0, noise_shift = 0;
};

class NoiseLane : public sc_core::sc_module {
public:
    // What all lanes share; it outlives them. With normals_per_pair 2 every other element takes Z2 of the
    // pair before, and the LFSRs stand still for it.
    NoiseLane(const sc_core::sc_module_name& name, const denoiser::NoiseSource& source);
    NoiseLane(const sc_core::sc_module_name& name, denoiser::NoiseSource&& source) = delete;

    // An edge with load: takes the seeds of U1 and U2 and the settings, and drops every element in flight.
    // Throws Error for a seed or a shift that is none.
    void load(std::uint64_t seed_1, std::uint64_t seed_2, const LaneSettings& settings);

    // An edge with enable; with `valid` an element enters. Without either the lane stands still, and nothing
    // in flight is lost.
    void step(bool valid, std::int16_t x, std::int16_t mean, std::int16_t variance) {
        valid_out_ = false;
        if (valid_ != 0 || valid) advance(valid, x, mean, variance);
    }

    // The output register: new after the last edge with enable, or kept.
    bool valid_out() const { return valid_out_; }
    std::int16_t y() const { return y_; }

    void trace(sc_core::sc_trace_file* file) const override;

private:
    static constexpr int kNormalStage = 24, kScaleStage = 25, kSubtractStage = 26;
    static constexpr int kRootStages = 16, kVarianceStages = kNormalStage - kRootStages;

    static constexpr std::int32_t kMostWordShift = 40, kMostNoiseShift = 8;

    void advance(bool accepted, std::int16_t x, std::int16_t mean, std::int16_t variance);
    void subtract(std::int16_t x_word, std::int16_t mean_word, std::int64_t noise);
    bool valid_at(int stage) const { return (valid_ >> (stage - 1) & 1) != 0; }

    const bool two_normals_per_pair_;
    bool accepted_ = false, valid_out_ = false;
    std::int16_t y_ = 0;
    bool pair_wanted_ = false;  // the next element starts a new pair
    Lfsr lfsr_1_, lfsr_2_;
    UniformToNormal uniform_to_normal_;

    LaneSettings settings_;

    std::uint32_t valid_ = 0;        // bit s - 1: stage s
    std::uint32_t takes_first_ = 0;  // the same: elements that take Z1; others take Z2 of the pair before
    DelayLine<std::int16_t, kScaleStage> x_words_, mean_words_;  // stages 1 to 25
    DelayLine<std::int16_t, kVarianceStages> variances_;         // stages 1 to 8
    RootStages root_{kRootStages};                               // behind the last of them
    std::int32_t product_ = 0;                                   // stage 25
    std::int64_t sum_ = 0;                                       // stage 26
};

}  // namespace quell::hw
