#include "hw/conv_core.h"

#include "models/base/error.h"
#include "models/timing/denoiser_latency.h"

#include <fmt/format.h>

namespace quell::hw {

namespace {

constexpr std::int64_t kSumLimit = std::int64_t{1} << 47;

// Three words, lowest first.
std::int64_t bias_value(const std::array<numeric::Word, kRows>& words) {
    return std::int64_t{words[2]} * (std::int64_t{1} << 32) +
           std::int64_t{static_cast<std::uint16_t>(words[1])} * (1 << 16) +
           static_cast<std::uint16_t>(words[0]);
}

}  // namespace

ConvCore::ConvCore(const sc_core::sc_module_name& name, int index, int partial_sum_channels, int leaky_shift)
    : sc_module(name),
      array_("pe_array", kColumns * index),
      partial_sum_channels_(partial_sum_channels),
      leaky_shift_(leaky_shift),
      memory_(2 * static_cast<std::size_t>(partial_sum_channels)) {
    // One register each; the counters of DCU and writer are the sums of these.
    static_assert(timing::kPartialSumCycles == 1 && timing::kRequantiseCycles == 1);
    SC_HAS_PROCESS(ConvCore);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
}

void ConvCore::end_of_elaboration() {
    idle_.until(enable);
}

ConvCore::Sums& ConvCore::partial_sums(int half, int output) {
    if (output >= partial_sum_channels_) {
        throw Error("{}: partial sums of output channel {} in a half that holds {}", name(), output,
                    partial_sum_channels_);
    }
    return memory_[static_cast<std::size_t>(half != 0 ? partial_sum_channels_ + output : output)];
}

void ConvCore::accumulate(const PeArray::Channel& channel) {
    Sums& memory = partial_sums(channel.half, channel.output);
    if (channel.bias) {
        memory.fill(bias_value(channel.weights));
    } else {
        const Sums sums = array_.result_sums();
        for (int c = 0; c < kColumns; ++c) {
            const std::int64_t sum = (channel.first ? 0 : memory[c]) + sums[c];
            if (sum < -kSumLimit || sum >= kSumLimit) {
                throw Error("{}: the partial sum {} of output channel {}, column {}, does not fit in 48 bits",
                            name(), sum, channel.output, c);
            }
            memory[c] = sum;
        }
    }
    added_ = memory;
}

void ConvCore::requantise() {
    if (requantise_valid_) {
        const int shift = requantise_shift.read();
        const bool leaky_relu = leaky.read();
        output_.valid = true;
        output_.output = requantised_output_;
        for (int c = 0; c < kColumns; ++c) {
            const numeric::Word word = numeric::requantise(requantised_[c], shift);
            output_.words[c] = leaky_relu ? numeric::leaky_relu(word, leaky_shift_) : word;
        }
        words_out.write(output_);
        requantise_valid_ = false;
    } else if (output_.valid) {
        output_.valid = false;
        words_out.write(output_);
    }
}

void ConvCore::step() {
    if (!idle_.clocked(clk)) return;
    if (!enable.read()) {
        next_trigger(idle_.sleep());
        return;
    }
    requantise();
    if (const PeArray::Channel* channel = array_.result()) accumulate(*channel);
    if (const EmitControl& emitted = emit.read(); emitted.valid) {
        requantised_ = partial_sums(emitted.half, emitted.output);
        requantised_output_ = emitted.output;
        requantise_valid_ = true;
    }
    const StreamControl& streamed = stream.read();
    const LoadControl& loaded = load.read();
    const WordBus& weight_words = weights.read();
    if (streamed.channel || loaded.target != LoadTarget::none || weight_words.count != 0 || !array_.idle()) {
        array_.step(streamed, weight_words, zero_mask.read(), loaded, activations.read());
    }
}

void ConvCore::trace(sc_core::sc_trace_file* file) const {
    using sc_core::sc_trace;
    const std::string scope = name();
    sc_trace(file, enable, scope + ".enable");
    sc_trace(file, zero_mask, scope + ".zero_mask");
    array_.trace(file);
    for (int c = 0; c < kColumns; ++c) {
        sc_trace(file, added_[c], fmt::format("{}.partial_sums.added.pixel{}", scope, c));
        sc_trace(file, requantised_[c], fmt::format("{}.requantiser.sum.pixel{}", scope, c));
    }
    sc_trace(file, requantise_valid_, scope + ".requantiser.valid");
    hw::sc_trace(file, output_, scope + ".words_out");
}

}  // namespace quell::hw
