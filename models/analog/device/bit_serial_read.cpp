#include "models/analog/device/bit_serial_read.h"

#include "models/analog/normal_numbers.h"
#include "models/base/error.h"
#include "models/network/kernels/gemm.h"
#include "models/numeric/counter_random.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace quell::analog {
namespace {

void add_noise(float* sums, const float* variances, const float* numbers, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        sums[i] += std::sqrt(std::max(0.0F, variances[i])) * numbers[i];
    }
}

}  // namespace

BitSerialRead::BitSerialRead(LayerParts parts, SlicesOnChip slices, int input_bits, int dac_bits)
    : parts_(std::move(parts)), dac_bits_(dac_bits) {
    if (input_bits < 1 || input_bits > 22 || dac_bits < 1) {
        throw Error("inputs of {} bits, {} at a time: expected 1 to 22 bits, at least 1 at a time",
                    input_bits, dac_bits);
    }
    steps_ = (input_bits + dac_bits - 1) / dac_bits;
    largest_digit_ = steps_ == 1 ? parts_.words.largest_word() : std::ldexp(1.0, dac_bits) - 1;
    unit_ = parts_.words.step() * parts_.words.largest_word() / largest_digit_;
    const double step = parts_.words.step();
    // A row's DAC makes d (1 + gain) + offset + bow b(d / D) of a digit d, its errors counted in its own
    // steps.
    const auto per_step = static_cast<float>(step > 0 ? 1 / step : 0.0);
    for (std::size_t s = 0; s < slices.slices.size(); ++s) {
        Slice slice;
        slice.cells = std::move(slices.slices[s]);
        slice.value = slices.values[s];
        if (parts_.dacs.present())
            slice.dacs = fold_dacs(parts_, static_cast<float>(unit_), per_step, slice.cells);
        slices_.push_back(std::move(slice));
    }
}

std::int64_t BitSerialRead::depth(std::int64_t split) const {
    return std::min(parts_.rows, parts_.inputs - split * parts_.rows);
}

double BitSerialRead::place(int step) const {
    const double place = std::ldexp(1.0, step * dac_bits_) * largest_digit_ / parts_.words.largest_word();
    return steps_ > 1 && dac_bits_ == 1 && step == steps_ - 1 ? -place : place;
}

void BitSerialRead::read_words(const network::ProductInputs& in, std::int64_t split, float* words) const {
    const double step = parts_.words.step();
    const auto per_step = static_cast<float>(step > 0 ? 1 / step : 0.0);
    // Adding and taking away 1.5 * 2^23 leaves the nearest whole number.
    constexpr float magic = 12582912.0F;
    for (std::int64_t row = 0; row < depth(split); ++row) {
        const float* x = in.columns + (split * parts_.rows + row) * in.stride;
        float* to = words + row * in.pixels;
        for (std::int64_t i = 0; i < in.pixels; ++i) to[i] = (x[i] * per_step + magic) - magic;
    }
}

bool BitSerialRead::cut_digits(const float* words, std::int64_t count, int step, float* digits) const {
    const bool top = step == steps_ - 1;
    const int shift = std::min(step * dac_bits_, 31);
    const std::int32_t mask = top ? -1 : (1 << dac_bits_) - 1;
    const std::int32_t sign = top && steps_ > 1 && dac_bits_ == 1 ? -1 : 1;
    std::int32_t any = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int32_t digit = (static_cast<std::int32_t>(words[i]) >> shift) & mask;
        any |= digit;
        digits[i] = static_cast<float>(sign * digit);
    }
    return any != 0;
}

void BitSerialRead::sum(const Slice& slice, std::int64_t group, std::int64_t split, std::int64_t pixels,
                        const float* digits, float* bows, float* sums) const {
    const std::int64_t m = parts_.outputs, k = parts_.inputs, deep = depth(split);
    const std::int64_t first = group * m * k + split * parts_.rows;
    const auto unit = static_cast<float>(unit_);
    network::kernels::multiply(m, pixels, deep, {slice.cells.weights.data() + first, k}, {digits, pixels},
                               {sums, pixels}, unit);
    if (!slice.dacs.bow_weights.empty()) {
        const auto share = static_cast<float>(1 / largest_digit_);
        for (std::int64_t i = 0; i < deep * pixels; ++i) {
            const float u = std::clamp(digits[i] * share, -1.0F, 1.0F);
            bows[i] = bow_scale * (u - u * u * u);
        }
        network::kernels::multiply(m, pixels, deep, {slice.dacs.bow_weights.data() + first, k},
                                   {bows, pixels}, {sums, pixels}, unit, true);
    }
    if (slice.dacs.constants.empty()) return;
    for (std::int64_t output = 0; output < m; ++output) {
        const std::int64_t place = (split * parts_.groups + group) * m + output;
        const float constant = slice.dacs.constants[static_cast<std::size_t>(place)];
        for (std::int64_t i = 0; i < pixels; ++i) sums[output * pixels + i] += constant;
    }
}

void BitSerialRead::multiply(const ReadKey& key, const network::ProductInputs& in,
                             const network::ProductOutputs& out, std::vector<float>& scratch) const {
    const std::int64_t m = parts_.outputs, k = parts_.inputs, n = in.pixels, elements = m * n;
    const std::int64_t deepest = std::min(parts_.rows, k);
    scratch.resize(std::max(scratch.size(), static_cast<std::size_t>(3 * elements + 3 * deepest * n)));
    float *sums = scratch.data(), *variances = sums + elements, *numbers = variances + elements;
    float *words = numbers + elements, *digits = words + deepest * n, *squares = digits + deepest * n;
    NormalKey normal = read_noise_key(key, in);
    const auto square_unit = static_cast<float>(unit_ * unit_);

    for (std::int64_t output = 0; output < m; ++output) {
        std::fill_n(out.values + output * out.stride, n, 0.0F);
    }
    for (std::int64_t split = 0; split < parts_.row_splits(); ++split) {
        read_words(in, split, words);
        for (int step = 0; step < steps_; ++step) {
            // Nothing on any row is no noise either; converters may still make something of it.
            const bool any = cut_digits(words, depth(split) * n, step, digits);
            for (std::size_t s = 0; s < slices_.size(); ++s) {
                const Slice& slice = slices_[s];
                sum(slice, in.group, split, n, digits, squares, sums);
                if (any && !slice.cells.variances.empty()) {
                    const std::int64_t deep = depth(split);
                    for (std::int64_t i = 0; i < deep * n; ++i) squares[i] = digits[i] * digits[i];
                    network::kernels::multiply(
                        m, n, deep,
                        {slice.cells.variances.data() + in.group * m * k + split * parts_.rows, k},
                        {squares, n}, {variances, n}, square_unit);
                    normal.product = static_cast<std::uint32_t>((split * steps_ + step) *
                                                                static_cast<std::int64_t>(slices_.size())) +
                                     static_cast<std::uint32_t>(s);
                    fill_normal(normal, {numbers, static_cast<std::size_t>(elements)});
                    add_noise(sums, variances, numbers, elements);
                }
                const auto worth = static_cast<float>(place(step) * slice.value * slice.cells.compensation);
                for (std::int64_t output = 0; output < m; ++output) {
                    float* row = sums + output * n;
                    parts_.adcs.convert(split, in.group * m + output, {row, static_cast<std::size_t>(n)});
                    float* to = out.values + output * out.stride;
                    for (std::int64_t i = 0; i < n; ++i) to[i] += worth * row[i];
                }
            }
        }
    }
}

void BitSerialRead::observe(const network::ProductInputs& in,
                            const std::function<void(std::span<const float>)>& see,
                            std::vector<float>& scratch) const {
    const std::int64_t elements = parts_.outputs * in.pixels;
    const std::int64_t deepest = std::min(parts_.rows, parts_.inputs);
    scratch.resize(std::max(scratch.size(), static_cast<std::size_t>(elements + 3 * deepest * in.pixels)));
    float *sums = scratch.data(), *words = sums + elements, *digits = words + deepest * in.pixels,
          *bows = digits + deepest * in.pixels;
    for (std::int64_t split = 0; split < parts_.row_splits(); ++split) {
        read_words(in, split, words);
        for (int step = 0; step < steps_; ++step) {
            cut_digits(words, depth(split) * in.pixels, step, digits);
            for (const Slice& slice : slices_) {
                sum(slice, in.group, split, in.pixels, digits, bows, sums);
                see({sums, static_cast<std::size_t>(elements)});
            }
        }
    }
}

}  // namespace quell::analog
