// Arithmetic of the hardware's words: two's complement, power-of-two scales, round half up, saturate.
// A word w with f fraction bits means w * 2^-f. See docs/numerics.md, section 1.
#pragma once

#include <cstdint>
#include <limits>

namespace quell::numeric {

using Word = std::int16_t;  // activations and weights

// Most that a requantising shift may move an accumulator, and the other way.
inline constexpr int kLargestRightShift = 47;
inline constexpr int kLargestLeftShift = 15;

constexpr Word saturate(std::int64_t value) {
    constexpr std::int64_t low = std::numeric_limits<Word>::min(), high = std::numeric_limits<Word>::max();
    return static_cast<Word>(value < low ? low : value > high ? high : value);
}

// value / 2^shift, halves rounded up (toward plus infinity); a negative shift multiplies.
constexpr std::int64_t round_shift(std::int64_t value, int shift) {
    if (shift <= 0) return value * (std::int64_t{1} << -shift);
    return (value + (std::int64_t{1} << (shift - 1))) >> shift;
}

// Accumulator to word: from `fraction bits of the accumulator` - shift to the word's.
constexpr Word requantise(std::int64_t accumulator, int shift) {
    return saturate(round_shift(accumulator, shift));
}

// LeakyReLU with slope 2^-shift on the negative side.
constexpr Word leaky_relu(Word value, int shift) {
    return value >= 0 ? value : static_cast<Word>(round_shift(value, shift));
}

}  // namespace quell::numeric
