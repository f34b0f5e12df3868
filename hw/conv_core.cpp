#include "hw/conv_core.h"

#include "hw/vector_support.h"
#include "models/base/error.h"
#include "models/timing/denoiser_latency.h"

#include <fmt/format.h>

#include <algorithm>

namespace quell::hw {

namespace {

constexpr std::int64_t kSumLimit = std::int64_t{1} << 47, kBiasLimit = std::int64_t{1} << 46;

// memory = (first ? 0 : memory) + sums, for whole vectors of cores; false when one does not fit in 48 bits.
// Cores that are not used hold old words, whose sums fit as well.
bool add_sums_plain(std::int64_t* memory, const std::int64_t* sums, int count, bool first) {
    std::int64_t offset = 0;
    for (int k = 0; k < count; ++k) {
        memory[k] = (first ? 0 : memory[k]) + sums[k];
        offset |= memory[k] + kSumLimit;
    }
    return offset >> 48 == 0;
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] bool add_sums_avx2(std::int64_t* memory, const std::int64_t* sums, int count,
                                           bool first) {
    const __m256i keep = _mm256_set1_epi64x(first ? 0 : -1), limit = _mm256_set1_epi64x(kSumLimit);
    __m256i offset = _mm256_setzero_si256();
    for (int k = 0; k < count; k += kVector) {
        auto* at = reinterpret_cast<__m256i*>(memory + k);
        const __m256i sum = _mm256_add_epi64(_mm256_and_si256(_mm256_loadu_si256(at), keep),
                                             _mm256_loadu_si256(reinterpret_cast<const __m256i*>(sums + k)));
        _mm256_storeu_si256(at, sum);
        offset = _mm256_or_si256(offset, _mm256_add_epi64(sum, limit));
    }
    return _mm256_testz_si256(offset, _mm256_set1_epi64x(~((std::int64_t{1} << 48) - 1))) != 0;
}
const auto kAddSums = has_avx2() ? add_sums_avx2 : add_sums_plain;
#else
const auto kAddSums = add_sums_plain;
#endif

// Three words, lowest first.
std::int64_t bias_value(const PeArrays::Weights& words) {
    return std::int64_t{words[2]} * (std::int64_t{1} << 32) +
           std::int64_t{static_cast<std::uint16_t>(words[1])} * (1 << 16) +
           static_cast<std::uint16_t>(words[0]);
}

}  // namespace

ConvCores::ConvCores(const sc_core::sc_module_name& name, int cores, int partial_sum_channels,
                     int leaky_shift)
    : sc_module(name),
      cores_(cores),
      stride_((cores + kVector - 1) / kVector * kVector),
      partial_sum_channels_(partial_sum_channels),
      leaky_shift_(leaky_shift),
      arrays_("pe_arrays", cores),
      memory_(static_cast<std::size_t>(2 * partial_sum_channels * kColumns * stride_)),
      added_(static_cast<std::size_t>(kColumns * stride_)),
      requantised_(added_) {
    // One register each; the counters of DCU and writer are the sums of these.
    static_assert(timing::kPartialSumCycles == 1 && timing::kRequantiseCycles == 1);
    SC_HAS_PROCESS(ConvCores);
    SC_METHOD(step);
    sensitive << clk.pos();
    dont_initialize();
}

void ConvCores::end_of_elaboration() {
    idle_.until(enable);
}

void ConvCores::start_of_simulation() {
    wires_ = {&enable.read(),      reset.size() > 0 ? &reset->read() : nullptr,
              &used.read(),        &control.read(),
              &activations.read(), &weights.read(),
              &zero_masks.read()};
}

std::int64_t* ConvCores::partial_sums(int half, int output) {
    if (output >= partial_sum_channels_) {
        throw Error("{}: partial sums of output channel {} in a half that holds {}", name(), output,
                    partial_sum_channels_);
    }
    const int channel = half != 0 ? partial_sum_channels_ + output : output;
    return memory_.data() + static_cast<std::ptrdiff_t>(channel) * kColumns * stride_;
}

void ConvCores::refuse_sums(const std::int64_t* sums, int column, int output) const {
    for (int k = 0; k < *wires_.used; ++k) {
        if (sums[k] >= -kSumLimit && sums[k] < kSumLimit) continue;
        throw Error("{}.core_{}: the partial sum {} of output channel {}, column {}, does not fit in 48 bits",
                    name(), k, sums[k], output, column);
    }
}

// With 47 bits no sum leaves 48 (docs/numerics.md, section 1).
std::int64_t ConvCores::bias(const PeArrays::Channel& channel) {
    const std::int64_t value = bias_value(channel.weights);
    if ((value < -kBiasLimit || value >= kBiasLimit) && bias_refusal_.empty()) {
        bias_refusal_ = fmt::format("{}: the bias {} of output channel {} does not fit in 47 bits", name(),
                                    value, channel.output);
    }
    return value;
}

void ConvCores::accumulate(const PeArrays::Channel& channel) {
    std::int64_t* memory = partial_sums(channel.half, channel.output);
    const int vectors = (*wires_.used + kVector - 1) / kVector * kVector;
    for (int c = 0; c < kColumns; ++c, memory += stride_) {
        if (channel.bias) {
            std::fill_n(memory, vectors, bias(channel));
            continue;
        }
        if (!kAddSums(memory, arrays_.result_sums(c), vectors, channel.first) && bias_refusal_.empty()) {
            refuse_sums(memory, c, channel.output);
        }
    }
    if (drawn_) std::copy(memory - kColumns * stride_, memory, added_.begin());
}

// The words of the sums that were emitted a cycle ago are written in the cycle to come.
void ConvCores::requantise() {
    const int shift = requantise_shift.read(), working = *wires_.used;
    std::array<numeric::Word, kMostBusWords>& words = request_.words.words;
    for (int c = 0; c < kColumns; ++c) {
        const std::int64_t* sums = requantised_.data() + c * stride_;
        for (int k = 0; k < working; ++k) words[kColumns * k + c] = numeric::requantise(sums[k], shift);
    }
    if (leaky.read()) {
        for (int k = 0; k < kColumns * working; ++k) words[k] = numeric::leaky_relu(words[k], leaky_shift_);
    }
    request_.words.count = emitted_.words;
    request_.address = emitted_.address;
    request_.most = emitted_.most;
    writing_ = true;
    write.write(request_);
}

// A request lasts one cycle.
void ConvCores::end_request() {
    writing_ = false;
    request_.words.count = 0;
    write.write(request_);
}

void ConvCores::step() {
    if (!idle_.clocked(clk)) return;
    if (wires_.reset != nullptr && *wires_.reset) {
        arrays_.clear();
        emitted_.valid = false;
        end_request();
        return;
    }
    if (!*wires_.enable) {
        if (writing_) end_request();
        next_trigger(idle_.sleep());
        return;
    }
    const CoreControl& now = *wires_.control;
    if (emitted_.valid) {
        requantise();
    } else if (writing_) {
        end_request();
    }
    if (const PeArrays::Channel* channel = arrays_.result()) accumulate(*channel);
    emitted_.valid = now.emit.valid;
    if (now.emit.valid) {
        const std::int64_t* sums = partial_sums(now.emit.half, now.emit.output);
        std::copy_n(sums, requantised_.size(), requantised_.begin());
        emitted_ = now.emit;
    }
    if (now.stream.channel || now.load.target != LoadTarget::none || wires_.weights->count != 0 ||
        !arrays_.idle()) {
        arrays_.step(now.stream, *wires_.weights, *wires_.zero_masks, now.load, *wires_.activations,
                     *wires_.used);
    }
}

void ConvCores::trace(sc_core::sc_trace_file* file, int core) const {
    using sc_core::sc_trace;
    drawn_ = true;
    const std::string scope = fmt::format("{}.core_{}", name(), core);
    const auto k = static_cast<std::size_t>(core);
    sc_trace(file, enable, scope + ".enable");
    sc_trace(file, zero_masks.read().core[k], scope + ".zero_mask", 9);
    arrays_.trace(file, core, scope + ".pe_array");
    for (int c = 0; c < kColumns; ++c) {
        const auto at = static_cast<std::size_t>(c * stride_) + k;
        sc_trace(file, added_[at], fmt::format("{}.partial_sums.added.pixel{}", scope, c), 48);
        sc_trace(file, requantised_[at], fmt::format("{}.requantiser.sum.pixel{}", scope, c), 48);
        sc_trace(file, request_.words.words[kColumns * k + static_cast<std::size_t>(c)],
                 fmt::format("{}.words_out.pixel{}", scope, c));
    }
    sc_trace(file, emitted_.valid, scope + ".requantiser.valid");
    sc_trace(file, emitted_.output, scope + ".requantiser.output");
    sc_trace(file, writing_, scope + ".words_out.valid");
    sc_trace(file, request_.address, scope + ".words_out.address");
}

void ConvCores::trace(sc_core::sc_trace_file* file) const {
    for (int core = 0; core < cores_; ++core) trace(file, core);
}

}  // namespace quell::hw
