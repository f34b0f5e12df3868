// Kernels on 16-bit words with a power-of-two scale: rounding half up, saturating. See
// models/numeric/fixed_point.h.
//
// Accumulators are held in double precision: sums of products of words stay whole numbers below 2^53, so that
// every sum is exact in any order. Shifts here move a value from `f + shift` fraction bits to `f`; negative
// shifts multiply.
#pragma once

#include "models/network/kernels/elementwise.h"

#include <cstdint>
#include <vector>

namespace quell::network::kernels {

// Real number to word: round half up of value * 2^fraction_bits, saturated. NaN becomes 0.
std::int16_t quantise(double value, int fraction_bits);
void quantise(std::int64_t count, const float* values, int fraction_bits, std::int16_t* words);
void dequantise(std::int64_t count, const std::int16_t* words, int fraction_bits, float* values);

// words = saturate(round(( accumulators + bias) / 2^shift)), not below `low` (0 for a ReLU). |accumulators +
// bias| < 2^48 and shift within [-15, 47].
void requantise(std::int64_t count, const double* accumulators, double bias, int shift, std::int16_t low,
                std::int16_t* words);
// The same sums in real units, rounded to float32.
void to_real(std::int64_t count, const double* accumulators, double bias, int fraction_bits, float* values);

// y = x with other fraction bits.
void rescale(std::int64_t count, const std::int16_t* x, int shift, std::int16_t* y);

// Words clamped to [low, high]; x and y may be the same array.
void clamp_words(std::int64_t count, std::int16_t low, std::int16_t high, const std::int16_t* x,
                 std::int16_t* y);

// Every word's image under an elementwise function: entry 32768 + w for word w.
std::vector<std::int16_t> function_table(const Unary& operation, int x_fraction_bits, int y_fraction_bits);
void look_up(std::int64_t count, const std::vector<std::int16_t>& table, const std::int16_t* x,
             std::int16_t* y);

// Fraction bits of the operands and the result of a two-operand function.
struct BinaryScales {
    int a = 0, b = 0, result = 0;
};
// add, sub: exact on a common scale, then requantised. mul: 32-bit product, requantised. div: the quotient in
// double precision, rounded half up; x/0 saturates with x's sign, 0/0 is 0.
void apply(BinaryFunction function, const BroadcastPlan& plan, const BinaryScales& scales, std::int16_t low,
           const std::int16_t* a, const std::int16_t* b, std::int16_t* result);

// y (C,plane) = round((x * scale[c] + shift_in_accumulator[c]) / 2^shift)
void channel_affine(std::int64_t batch, std::int64_t channels, std::int64_t plane, const std::int16_t* scale,
                    const std::int64_t* offset, int shift, const std::int16_t* x, std::int16_t* y);

// round(sum / (count * 2^shift)), saturated.
std::int16_t mean_word(std::int64_t sum, std::int64_t count, int shift);

// y (m,n) = x (m,k) weight(n,k)^T as accumulators.
void inner_products(std::int64_t m, std::int64_t n, std::int64_t k, const std::int16_t* x,
                    const std::int16_t* weight, double* accumulators);

}  // namespace quell::network::kernels
