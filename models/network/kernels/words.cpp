#include "models/network/kernels/words.h"

#include "models/base/wide_loops.h"
#include "models/numeric/fixed_point.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace quell::network::kernels {
namespace {

constexpr double lowest = -32768, highest = 32767;
constexpr std::int32_t lowest_word = -32768;

// Floor of a number within the range of words, in a form that compilers turn into vector instructions.
std::int32_t floor_in_range(double value) {
    const auto truncated = static_cast<std::int32_t>(value);
    return truncated - (static_cast<double>(truncated) > value ? 1 : 0);
}

std::int16_t word_of(double scaled) {
    const double rounded = scaled + 0.5;
    const double limited = std::min(std::max(rounded, lowest), highest);
    return static_cast<std::int16_t>(floor_in_range(limited));
}

}  // namespace

std::int16_t quantise(double value, int fraction_bits) {
    return std::isnan(value) ? std::int16_t{0} : word_of(std::ldexp(value, fraction_bits));
}

QUELL_WIDE void quantise(std::int64_t count, const float* values, int fraction_bits, std::int16_t* words) {
    const double scale = std::ldexp(1.0, fraction_bits);
    for (std::int64_t i = 0; i < count; ++i) {
        const double scaled = static_cast<double>(values[i]) * scale;
        const double rounded = (scaled == scaled ? scaled : 0.0) + 0.5;
        const double limited = std::min(std::max(rounded, lowest), highest);
        // Not negative any more, so that cutting rounds down: a float is at least 2^-25 from the next half,
        // which no bit of the sum is too coarse for.
        words[i] = static_cast<std::int16_t>(static_cast<std::int32_t>(limited - lowest) + lowest_word);
    }
}

QUELL_WIDE void dequantise(std::int64_t count, const std::int16_t* words, int fraction_bits, float* values) {
    const auto scale = static_cast<float>(std::ldexp(1.0, -fraction_bits));
    for (std::int64_t i = 0; i < count; ++i) values[i] = static_cast<float>(words[i]) * scale;
}

QUELL_WIDE void requantise(std::int64_t count, const double* accumulators, double bias, int shift,
                           std::int16_t low, std::int16_t* words) {
    // The division by a power of two and the half are exact: 48 bits and shift's fraction fit 53.
    const double scale = std::ldexp(1.0, -shift), floor_value = low;
    for (std::int64_t i = 0; i < count; ++i) {
        const double rounded = (accumulators[i] + bias) * scale + 0.5;
        const double limited = std::min(std::max(rounded, floor_value), highest);
        words[i] = static_cast<std::int16_t>(floor_in_range(limited));
    }
}

QUELL_WIDE void to_real(std::int64_t count, const double* accumulators, double bias, int fraction_bits,
                        float* values) {
    const double scale = std::ldexp(1.0, -fraction_bits);
    for (std::int64_t i = 0; i < count; ++i) values[i] = static_cast<float>((accumulators[i] + bias) * scale);
}

void rescale(std::int64_t count, const std::int16_t* x, int shift, std::int16_t* y) {
    for (std::int64_t i = 0; i < count; ++i) y[i] = numeric::saturate(numeric::round_shift(x[i], shift));
}

void clamp_words(std::int64_t count, std::int16_t low, std::int16_t high, const std::int16_t* x,
                 std::int16_t* y) {
    for (std::int64_t i = 0; i < count; ++i) y[i] = std::min(std::max(x[i], low), high);
}

std::vector<std::int16_t> function_table(const Unary& operation, int x_fraction_bits, int y_fraction_bits) {
    std::vector<std::int16_t> table(65536);
    for (int word = -32768; word <= 32767; ++word) {
        const double x = std::ldexp(static_cast<double>(word), -x_fraction_bits);
        table[static_cast<std::size_t>(word + 32768)] = quantise(evaluate(operation, x), y_fraction_bits);
    }
    return table;
}

void look_up(std::int64_t count, const std::vector<std::int16_t>& table, const std::int16_t* x,
             std::int16_t* y) {
    const std::int16_t* centre = table.data() + 32768;
    for (std::int64_t i = 0; i < count; ++i) y[i] = centre[x[i]];
}

void apply(BinaryFunction function, const BroadcastPlan& plan, const BinaryScales& scales, std::int16_t low,
           const std::int16_t* a, const std::int16_t* b, std::int16_t* result) {
    const auto each = [&](auto&& combine) {
        for_each_run(plan, [&](std::int64_t a_at, std::int64_t b_at, std::int64_t at, std::int64_t a_step,
                               std::int64_t b_step, std::int64_t length) {
            for (std::int64_t i = 0; i < length; ++i) {
                result[at + i] = std::max(low, combine(a[a_at + i * a_step], b[b_at + i * b_step]));
            }
        });
    };
    if (function == BinaryFunction::mul) {
        const int shift = scales.a + scales.b - scales.result;
        each([=](std::int16_t x, std::int16_t y) {
            return numeric::saturate(numeric::round_shift(std::int64_t{x} * y, shift));
        });
        return;
    }
    if (function == BinaryFunction::div) {
        const int exponent = scales.result - scales.a + scales.b;
        each([=](std::int16_t x, std::int16_t y) { return quantise(static_cast<double>(x) / y, exponent); });
        return;
    }
    const int common = std::max(scales.a, scales.b), shift = common - scales.result;
    const std::int64_t a_factor = std::int64_t{1} << (common - scales.a);
    const std::int64_t b_factor =
        (std::int64_t{1} << (common - scales.b)) * (function == BinaryFunction::sub ? -1 : 1);
    if (common - scales.a <= 14 && common - scales.b <= 14 && shift >= 0 && shift <= 30) {
        // Everything fits 32 bits: 2^15 * 2^14, twice, and a half of at most 2^29.
        const auto a_small = static_cast<std::int32_t>(a_factor),
                   b_small = static_cast<std::int32_t>(b_factor);
        const std::int32_t half = shift > 0 ? std::int32_t{1} << (shift - 1) : 0;
        each([=](std::int16_t x, std::int16_t y) {
            return static_cast<std::int16_t>(
                std::clamp<std::int32_t>((x * a_small + y * b_small + half) >> shift, -32768, 32767));
        });
        return;
    }
    each([=](std::int16_t x, std::int16_t y) {
        return numeric::saturate(numeric::round_shift(x * a_factor + y * b_factor, shift));
    });
}

void channel_affine(std::int64_t batch, std::int64_t channels, std::int64_t plane, const std::int16_t* scale,
                    const std::int64_t* offset, int shift, const std::int16_t* x, std::int16_t* y) {
    for (std::int64_t n = 0; n < batch; ++n) {
        for (std::int64_t c = 0; c < channels; ++c, x += plane, y += plane) {
            for (std::int64_t i = 0; i < plane; ++i) {
                y[i] =
                    numeric::saturate(numeric::round_shift(std::int64_t{x[i]} * scale[c] + offset[c], shift));
            }
        }
    }
}

std::int16_t mean_word(std::int64_t sum, std::int64_t count, int shift) {
    // floor(sum / divisor + 1/2) = floor((2 sum + divisor) / (2 divisor))
    const std::int64_t numerator = shift < 0 ? sum * (std::int64_t{1} << -shift) : sum;
    const std::int64_t divisor = shift > 0 ? count << shift : count;
    const std::int64_t dividend = 2 * numerator + divisor;
    const std::int64_t quotient = dividend / (2 * divisor);
    return numeric::saturate(quotient - (dividend % (2 * divisor) < 0 ? 1 : 0));
}

void inner_products(std::int64_t m, std::int64_t n, std::int64_t k, const std::int16_t* x,
                    const std::int16_t* weight, double* accumulators) {
    for (std::int64_t row = 0; row < m; ++row) {
        for (std::int64_t column = 0; column < n; ++column) {
            const std::int16_t* left = x + row * k;
            const std::int16_t* right = weight + column * k;
            std::int64_t sum = 0;
            for (std::int64_t i = 0; i < k; ++i) sum += std::int32_t{left[i]} * std::int32_t{right[i]};
            accumulators[row * n + column] = static_cast<double>(sum);
        }
    }
}

}  // namespace quell::network::kernels
