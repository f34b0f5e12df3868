#include "hw/conv_core.h"

#include "models/base/error.h"
#include "models/timing/denoiser_latency.h"

#include <fmt/format.h>

namespace quell::hw {

namespace {

constexpr std::int64_t kSumLimit = std::int64_t{1} << 47;

// Three words, lowest first.
std::int64_t bias_value(const PeArray::Weights& words) {
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

void ConvCore::start_of_simulation() {
    wires_ = {&enable.read(), reset.size() > 0 ? &reset->read() : nullptr, &load.read(),      &activations.read(), &weights.read(),
              &stream.read(), &zero_mask.read(), &emit.read()};
}

ConvCore::Sums& ConvCore::partial_sums(int half, int output) {
    if (output >= partial_sum_channels_) {
        throw Error("{}: partial sums of output channel {} in a half that holds {}", name(), output,
                    partial_sum_channels_);
    }
    return memory_[static_cast<std::size_t>(half != 0 ? partial_sum_channels_ + output : output)];
}

void ConvCore::refuse_sums(const Sums& sums, int output) const {
    for (int c = 0; c < kColumns; ++c) {
        if (sums[c] >= -kSumLimit && sums[c] < kSumLimit) continue;
        throw Error("{}: the partial sum {} of output channel {}, column {}, does not fit in 48 bits", name(),
                    sums[c], output, c);
    }
}

void ConvCore::accumulate(const PeArray::Channel& channel) {
    Sums& memory = partial_sums(channel.half, channel.output);
    std::int64_t total[kColumns];
    if (channel.bias) {
        for (std::int64_t& sum : total) sum = bias_value(channel.weights);
    } else {
        std::int64_t outside = 0;
        for (int c = 0; c < kColumns; ++c) {
            total[c] = (channel.first ? 0 : memory[c]) + array_.result_sum(c);
            outside |= (total[c] + kSumLimit) >> 48;
        }
        if (outside != 0) refuse_sums({total[0], total[1], total[2]}, channel.output);
    }
    for (int c = 0; c < kColumns; ++c) memory[c] = added_[c] = total[c];
}

void ConvCore::requantise() {
    output_.valid = requantise_valid_;
    if (requantise_valid_) {
        const int shift = requantise_shift.read();
        const bool leaky_relu = leaky.read();
        output_.output = requantised_output_;
        for (int c = 0; c < kColumns; ++c) {
            const numeric::Word word = numeric::requantise(requantised_[c], shift);
            output_.words[c] = leaky_relu ? numeric::leaky_relu(word, leaky_shift_) : word;
        }
        requantise_valid_ = false;
    }
    words_out.write(output_);
}

void ConvCore::step() {
    if (!idle_.clocked(clk)) return;
    if (wires_.reset != nullptr && *wires_.reset) {
        array_.clear();
        requantise_valid_ = output_.valid = false;
        words_out.write(output_);
        return;
    }
    if (!*wires_.enable) {
        next_trigger(idle_.sleep());
        return;
    }
    if (requantise_valid_ || output_.valid) requantise();
    if (const PeArray::Channel* channel = array_.result()) accumulate(*channel);
    if (wires_.emit->valid) {
        requantised_ = partial_sums(wires_.emit->half, wires_.emit->output);
        requantised_output_ = wires_.emit->output;
        requantise_valid_ = true;
    }
    if (wires_.stream->channel || wires_.load->target != LoadTarget::none || wires_.weights->count != 0 ||
        !array_.idle()) {
        array_.step(*wires_.stream, *wires_.weights, *wires_.zero_mask, *wires_.load, *wires_.activations);
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
