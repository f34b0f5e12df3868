#include "hw/noise_lane.h"

#include "hw/shift_registers.h"
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

    SC_HAS_PROCESS(NoiseLane);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
}

void NoiseLane::end_of_elaboration() {
    idle_.until(load);
    idle_.until(enable);
    idle_.until(valid_in);
}

void NoiseLane::start_of_simulation() {
    wires_ = {&load.read(), &enable.read(), &valid_in.read(), &x.read(), &mean.read(), &variance.read()};
}

void NoiseLane::step() {
    if (!idle_.clocked(clk)) return;
    if (*wires_.load) {
        start();
        return;
    }
    const bool enabled = *wires_.enable, accepted = enabled && *wires_.valid_in;
    if (enabled && (valid_ != 0 || accepted)) {
        advance(accepted);
    } else {
        show_valid(false);
        next_trigger(idle_.sleep());
    }
}

void NoiseLane::start() {
    const auto taken = [](const sc_core::sc_in<std::int32_t>& port, std::int32_t most) {
        const std::int32_t bits = port.read();
        if (bits < 0 || bits > most) throw Error("{} is 0 to {} bits, {} came", port.name(), most, bits);
        return bits;
    };
    x_shift_ = taken(x_shift, kMostWordShift);
    mean_shift_ = taken(mean_shift, kMostWordShift);
    noise_shift_ = taken(noise_shift, kMostNoiseShift);
    sampling_ = sampling.read();
    valid_ = 0;
    show_valid(false);
    lfsr_1_.load(seed_1.read());
    lfsr_2_.load(seed_2.read());
    uniform_to_normal_.clear();
    pair_wanted_ = sampling_;
}

// A valid_out that does not change is not written: the lanes stream for thousands of cycles.
void NoiseLane::show_valid(bool valid) {
    if (valid == valid_out_) return;
    valid_out_ = valid;
    valid_out.write(valid);
}

// One clock edge, the last stage first: each reads the registers before it as they were. So the scale takes
// the normals before uniform_to_normal steps, which takes the LFSRs' words before they advance.
void NoiseLane::advance(bool accepted) {
    show_valid(valid_at(kSubtractStage));
    if (valid_at(kSubtractStage)) y.write(numeric::requantise(sum_, x_shift_));
    if (!sampling_) {
        if (accepted) subtract(*wires_.x, *wires_.mean, 0);
        valid_ = accepted ? 1U << (kSubtractStage - 1) : 0;
        return;
    }
    if (valid_at(kScaleStage)) subtract(x_words_.back(), mean_words_.back(), product_);
    if (valid_at(kNormalStage)) {
        const bool first = (takes_first_ >> (kNormalStage - 1) & 1) != 0;
        // Z2 stays on its wires until the next pair comes out, which is after the element that takes it.
        const std::int16_t normal = first ? uniform_to_normal_.normal_1() : uniform_to_normal_.normal_2();
        product_ = normal * static_cast<std::int32_t>(root_.root());
    }
    root_.advance();
    shift_in(x_words_, *wires_.x);
    shift_in(mean_words_, *wires_.mean);
    shift_in(variances_, *wires_.variance);
    root_.enter(static_cast<std::uint64_t>(std::max<std::int16_t>(variances_.back(), 0)) << 16);

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
    sum_ = (std::int64_t{x_word} << x_shift_) - (std::int64_t{mean_word} << mean_shift_) -
           (noise << noise_shift_);
}

void NoiseLane::trace(sc_core::sc_trace_file* file) const {
    const std::string prefix = std::string(name()) + '.';
    const auto stage = [&prefix](std::size_t number) {
        return fmt::format("{}stage_{:02}.", prefix, number);
    };
    sc_trace(file, load, prefix + "load");
    sc_trace(file, sampling_, prefix + "sampling");
    sc_trace(file, enable, prefix + "enable");
    sc_trace(file, valid_in, prefix + "valid_in");
    sc_trace(file, x, prefix + "x");
    sc_trace(file, mean, prefix + "mean");
    sc_trace(file, variance, prefix + "variance");
    sc_trace(file, pair_wanted_, prefix + "pair_wanted");
    sc_trace(file, valid_, prefix + "valid", kSubtractStage);
    for (std::size_t i = 0; i < x_words_.size(); ++i) {
        sc_trace(file, x_words_[i], stage(i + 1) + "x", 16);
        sc_trace(file, mean_words_[i], stage(i + 1) + "mean", 16);
    }
    for (std::size_t i = 0; i < variances_.size(); ++i) {
        sc_trace(file, variances_[i], stage(i + 1) + "variance", 16);
    }
    root_.trace(file, prefix + "stage_", kVarianceStages + 1);
    sc_trace(file, product_, stage(kScaleStage) + "product", 32);
    sc_trace(file, sum_, stage(kSubtractStage) + "sum", 58);
    sc_trace(file, valid_out, prefix + "valid_out");
    sc_trace(file, y, prefix + "y");
    lfsr_1_.trace(file);
    lfsr_2_.trace(file);
    uniform_to_normal_.trace(file);
}

}  // namespace quell::hw
