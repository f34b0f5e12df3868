#include "hw/noise_lane.h"

#include "models/base/error.h"
#include "models/timing/denoiser_latency.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace quell::hw {

NoiseLane::NoiseLane(const sc_core::sc_module_name& name, const denoiser::NoiseSource& source)
    : sc_module(name),
      two_normals_per_pair_(source.normals_per_pair() == 2),
      lfsr_1_("lfsr_1", source.leap()),
      lfsr_2_("lfsr_2", source.leap()),
      uniform_to_normal_("uniform_to_normal", source.box_muller(), source.normals_per_pair()) {
    // The stages written out here are the ones that the timing model counts.
    static_assert(kSubtractStage + 1 == timing::kNoiseLaneCycles);
    static_assert(kSubtractStage + 1 - kScaleStage == timing::kMeanLaneCycles);
}

void NoiseLane::load(std::uint64_t seed_1, std::uint64_t seed_2, const LaneSettings& settings) {
    const auto check = [this](const char* what, std::int32_t bits, std::int32_t most) {
        if (bits < 0 || bits > most) throw Error("{}: {} is 0 to {} bits, {} came", name(), what, most, bits);
    };
    check("x_shift", settings.x_shift, kMostWordShift);
    check("mean_shift", settings.mean_shift, kMostWordShift);
    check("noise_shift", settings.noise_shift, kMostNoiseShift);
    settings_ = settings;
    valid_ = 0;
    valid_out_ = false;
    lfsr_1_.load(seed_1);
    lfsr_2_.load(seed_2);
    uniform_to_normal_.clear();
    pair_wanted_ = settings.sampling;
}

// One clock edge, the last stage first: each reads the registers before it as they were. So the scale takes
// the normals before uniform_to_normal steps, which takes the LFSRs' words before they advance.
void NoiseLane::advance(bool accepted, std::int16_t x, std::int16_t mean, std::int16_t variance) {
    accepted_ = accepted;
    valid_out_ = valid_at(kSubtractStage);
    if (valid_out_) y_ = numeric::requantise(sum_, settings_.x_shift);
    if (!settings_.sampling) {
        if (accepted) subtract(x, mean, 0);
        valid_ = accepted ? 1U << (kSubtractStage - 1) : 0;
        return;
    }
    if (valid_at(kScaleStage)) subtract(x_words_.last(), mean_words_.last(), product_);
    if (valid_at(kNormalStage)) {
        const bool first = (takes_first_ >> (kNormalStage - 1) & 1) != 0;
        // Z2 stays on its wires until the next pair comes out, which is after the element that takes it.
        const std::int16_t normal = first ? uniform_to_normal_.normal_1() : uniform_to_normal_.normal_2();
        product_ = normal * static_cast<std::int32_t>(root_.root());
    }
    root_.advance();
    x_words_.enter(x);
    mean_words_.enter(mean);
    variances_.enter(variance);
    root_.enter(static_cast<std::uint64_t>(std::max<std::int16_t>(variances_.last(), 0)) << 16);

    const bool first = accepted && pair_wanted_;
    uniform_to_normal_.step(first, lfsr_1_.state(), lfsr_2_.state());
    if (first) {
        lfsr_1_.advance();
        lfsr_2_.advance();
    }
    constexpr std::uint32_t stages = (1U << kSubtractStage) - 1;
    valid_ = (valid_ << 1 | (accepted ? 1U : 0U)) & stages;
    takes_first_ = (takes_first_ << 1 | (first ? 1U : 0U)) & stages;
    if (two_normals_per_pair_ && accepted) pair_wanted_ = !first;
}

void NoiseLane::subtract(std::int16_t x_word, std::int16_t mean_word, std::int64_t noise) {
    sum_ = (std::int64_t{x_word} << settings_.x_shift) - (std::int64_t{mean_word} << settings_.mean_shift) -
           (noise << settings_.noise_shift);
}

void NoiseLane::trace(sc_core::sc_trace_file* file) const {
    const std::string prefix = std::string(name()) + '.';
    const auto stage = [&prefix](std::size_t number) {
        return fmt::format("{}stage_{:02}.", prefix, number);
    };
    sc_trace(file, settings_.sampling, prefix + "sampling");
    sc_trace(file, accepted_, prefix + "accepted");
    sc_trace(file, pair_wanted_, prefix + "pair_wanted");
    sc_trace(file, valid_, prefix + "valid", kSubtractStage);
    for (std::size_t i = 0; i < kScaleStage; ++i) {
        sc_trace(file, x_words_.drawn(i), stage(i + 1) + "x", 16);
        sc_trace(file, mean_words_.drawn(i), stage(i + 1) + "mean", 16);
    }
    for (std::size_t i = 0; i < kVarianceStages; ++i) {
        sc_trace(file, variances_.drawn(i), stage(i + 1) + "variance", 16);
    }
    root_.trace(file, prefix + "stage_", kVarianceStages + 1);
    sc_trace(file, product_, stage(kScaleStage) + "product", 32);
    sc_trace(file, sum_, stage(kSubtractStage) + "sum", 58);
    sc_trace(file, valid_out_, prefix + "valid_out");
    sc_trace(file, y_, prefix + "y");
    lfsr_1_.trace(file);
    lfsr_2_.trace(file);
    uniform_to_normal_.trace(file);
}

}  // namespace quell::hw
