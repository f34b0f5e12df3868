#include "models/numeric/box_muller.h"

#include "models/numeric/integer_sqrt.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace quell::numeric {

namespace {

constexpr std::int64_t kLn2 = 744261118;  // round(2^30 ln 2)

std::int64_t scaled(double value, int bits) {
    return std::llround(std::ldexp(value, bits));
}

}  // namespace

// Quadratic Taylor polynomials about the middle of 64 equal segments.
BoxMuller::BoxMuller(int width) : width_(width) {
    for (std::size_t i = 0; i < 64; ++i) {
        const double middle = (2.0 * static_cast<double>(i) + 1.0) / 128.0;
        const double mantissa = 1.0 + middle;
        log_[i] = {scaled(std::log(mantissa), 30), scaled(1.0 / mantissa, 22),
                   scaled(0.5 / (mantissa * mantissa), 14)};
        constexpr double quarter = std::numbers::pi / 2.0;
        const double angle = quarter * middle;
        cosine_[i] = {scaled(std::cos(angle), 30), scaled(quarter * std::sin(angle), 22),
                      scaled(0.5 * quarter * quarter * std::cos(angle), 14)};
    }
}

std::int64_t BoxMuller::minus_log(std::uint64_t state) const {
    const int leading = std::countl_zero(state) - (64 - width_);
    const std::uint64_t mantissa = state << (64 - width_ + leading);                 // top bit one
    const std::int64_t fraction = static_cast<std::int64_t>((mantissa << 1) >> 40);  // 24 bits after the one
    const Coefficients& c = log_[static_cast<std::size_t>(fraction >> 18)];
    const std::int64_t offset = (fraction & 0x3FFFF) - 0x20000;  // from the middle, in 2^-24
    const std::int64_t square = (offset * offset) >> 20;         // in 2^-28
    const std::int64_t log = c.constant + ((c.linear * offset) >> 16) - ((c.quadratic * square) >> 12);
    const std::int64_t result = (leading + 1) * kLn2 - log;
    return result > 0 ? result : 0;
}

std::uint32_t BoxMuller::radius(std::uint64_t state) const {
    // 2 * (-ln U) with 30 fraction bits, then two more so that the root has 16.
    return integer_sqrt(static_cast<std::uint64_t>(minus_log(state)) << 3);
}

std::int32_t BoxMuller::cosine_of(std::int32_t phase) const {
    const int quadrant = (phase >> 22) & 3;
    std::int32_t within = phase & 0x3FFFFF;
    // Quadrants 1 and 3 run the table backwards; phases stand for the middle of their step, so this is exact.
    if ((quadrant & 1) != 0) within = 0x3FFFFF - within;
    const Coefficients& c = cosine_[static_cast<std::size_t>(within >> 16)];
    const std::int64_t offset = 2 * (within & 0xFFFF) + 1 - 0x10000;  // from the middle, in 2^-23
    const std::int64_t square = (offset * offset) >> 18;              // in 2^-28
    const std::int64_t value = c.constant - ((c.linear * offset) >> 15) - ((c.quadratic * square) >> 12);
    const auto rounded = static_cast<std::int32_t>(round_shift(value, 14));
    return quadrant == 1 || quadrant == 2 ? -rounded : rounded;
}

}  // namespace quell::numeric
