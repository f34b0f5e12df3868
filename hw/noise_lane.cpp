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

    const auto bind = [this](Lfsr& lfsr, auto& seed, auto& state) {
        lfsr.clk(clk);
        lfsr.load(load);
        lfsr.seed(seed);
        lfsr.enable(take_pair_);
        lfsr.state(state);
    };
    bind(lfsr_1_, seed_1, u1_);
    bind(lfsr_2_, seed_2, u2_);
    uniform_to_normal_.clk(clk);
    uniform_to_normal_.clear(load);
    uniform_to_normal_.enable(enable);
    uniform_to_normal_.valid_in(take_pair_);
    uniform_to_normal_.u1(u1_);
    uniform_to_normal_.u2(u2_);
    uniform_to_normal_.valid_out(normal_valid_);
    uniform_to_normal_.normal_1(normal_1_);
    uniform_to_normal_.normal_2(normal_2_);

    SC_HAS_PROCESS(NoiseLane);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
    SC_METHOD(choose_pair);
    sensitive << enable << valid_in << pair_wanted_;
}

void NoiseLane::end_of_elaboration() {
    idle_.until(load);
    idle_.until(enable);
    idle_.until(valid_in);
}

// A gate, no register: who draws a pair now.
void NoiseLane::choose_pair() {
    take_pair_.write(enable.read() && valid_in.read() && pair_wanted_.read());
}

void NoiseLane::step() {
    if (!idle_.clocked(clk)) return;
    if (load.read()) {
        start();
        return;
    }
    const bool enabled = enable.read(), accepted = enabled && valid_in.read();
    if (enabled && (valid_ != 0 || accepted)) {
        advance(accepted);
    } else {
        valid_out.write(false);
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
    valid_out.write(false);
    pair_wanted_.write(sampling_);
}

// One clock edge, the last stage first: each reads the registers before it as they were.
void NoiseLane::advance(bool accepted) {
    valid_out.write(valid_at(kSubtractStage));
    if (valid_at(kSubtractStage)) y.write(numeric::requantise(sum_, x_shift_));
    if (!sampling_) {
        if (accepted) subtract(x.read(), mean.read(), 0);
        valid_ = accepted ? 1U << (kSubtractStage - 1) : 0;
        return;
    }
    if (valid_at(kScaleStage)) subtract(x_words_.back(), mean_words_.back(), product_);
    if (valid_at(kNormalStage)) {
        const bool first = (takes_first_ >> (kNormalStage - 1) & 1) != 0;
        // Z2 stays on its wires until the next pair comes out, which is after the element that takes it.
        const std::int16_t normal = first ? normal_1_.read() : normal_2_.read();
        product_ = normal * static_cast<std::int32_t>(root_.root());
    }
    root_.advance();
    const auto shift_in = [](auto& registers, std::int16_t word) {
        std::copy_backward(registers.begin(), registers.end() - 1, registers.end());
        registers.front() = word;
    };
    shift_in(x_words_, x.read());
    shift_in(mean_words_, mean.read());
    shift_in(variances_, variance.read());
    root_.enter(static_cast<std::uint64_t>(std::max<std::int16_t>(variances_.back(), 0)) << 16);

    const bool first = accepted && pair_wanted_.read();
    constexpr std::uint32_t stages = (1U << kSubtractStage) - 1;
    valid_ = (valid_ << 1 | (accepted ? 1U : 0U)) & stages;
    takes_first_ = (takes_first_ << 1 | (first ? 1U : 0U)) & stages;
    if (two_normals_per_pair_ && accepted) pair_wanted_.write(!first);
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
    sc_trace(file, take_pair_, prefix + "take_pair");
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
