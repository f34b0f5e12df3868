#include "models/numeric/box_muller.h"

#include "models/numeric/integer_sqrt.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace quell::numeric {

namespace {

std::int64_t scaled(double value, int bits) {
    return std::llround(std::ldexp(value, bits));
}

}  // namespace

void SegmentPlanes::set(std::size_t segment, std::int64_t constant, std::int64_t linear,
                        std::int64_t quadratic) {
    std::size_t plane = 0;
    const auto cut = [&](std::int64_t value, int count) {
        for (int byte = 0; byte < count; ++byte) {
            bytes[plane++][segment] = static_cast<std::uint8_t>(value >> (8 * byte));
        }
    };
    cut(constant, 4);
    cut(linear, 3);
    cut(quadratic, 2);
}

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
        const auto column = [&](Columns& columns, const Coefficients& c) {
            columns.constant[i] = static_cast<double>(c.constant);
            columns.linear[i] = static_cast<double>(c.linear);
            columns.quadratic[i] = static_cast<double>(c.quadratic);
        };
        column(vectors_.log, log_[i]);
        column(vectors_.cosine, cosine_[i]);
        log_planes_.set(i, log_[i].constant, log_[i].linear, log_[i].quadratic);
        cosine_planes_.set(i, cosine_[i].constant + (1 << 13), cosine_[i].linear, cosine_[i].quadratic);
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

namespace {

// A whole number below 2^52 as a double, and what lies in a double's fields: bit patterns alone, for vectors.
inline double as_double(std::uint64_t whole) {
    return std::bit_cast<double>(whole | 0x4330000000000000) - 4503599627370496.0;  // 2^52
}

struct Table {
    const double *constant, *linear, *quadratic;
};

[[gnu::target_clones("avx2", "default")]] void box_muller(const std::uint64_t* u1, const std::uint64_t* u2,
                                                          Word* normals, std::int64_t count, int width,
                                                          Table log, Table cosine) {
    const int phase_right = width >= 24 ? width - 24 : 0, phase_left = width >= 24 ? 0 : 24 - width;
    const double bits = width;
    for (std::int64_t i = 0; i < count; ++i) {
        // As minus_log() and radius().
        const std::uint64_t pattern = std::bit_cast<std::uint64_t>(as_double(u1[i]));
        const double leading_and_one = bits - (as_double(pattern >> 52) - 1023.0);
        const std::uint64_t fraction = (pattern >> 28) & 0xFFFFFF;
        const std::uint64_t segment = fraction >> 18;
        const double offset = as_double(fraction & 0x3FFFF) - 131072.0;
        const double square = std::floor(offset * offset * 0x1p-20);
        const double logarithm = log.constant[segment] + std::floor(log.linear[segment] * offset * 0x1p-16) -
                                 std::floor(log.quadratic[segment] * square * 0x1p-12);
        const double minus_log = leading_and_one * static_cast<double>(kLn2) - logarithm;
        const double root = std::floor(std::sqrt(8.0 * (minus_log > 0 ? minus_log : 0.0)));
        // As cosine().
        const std::uint64_t phase = (u2[i] >> phase_right) << phase_left;
        const std::uint64_t quadrant = phase >> 22;
        const std::uint64_t within = (phase & 0x3FFFFF) ^ ((0 - (quadrant & 1)) & 0x3FFFFF);
        const std::uint64_t piece = within >> 16;
        const double turn = 2.0 * as_double(within & 0xFFFF) - 65535.0;
        const double turn_square = std::floor(turn * turn * 0x1p-18);
        const double value = cosine.constant[piece] - std::floor(cosine.linear[piece] * turn * 0x1p-15) -
                             std::floor(cosine.quadratic[piece] * turn_square * 0x1p-12);
        const double rounded = std::floor((value + 8192.0) * 0x1p-14);
        const double factor =
            std::bit_cast<double>(std::bit_cast<std::uint64_t>(rounded) ^ (((quadrant + 1) & 2) << 62));
        const double normal = std::floor((root * factor + 524288.0) * 0x1p-20);
        normals[i] = static_cast<Word>(static_cast<int>(std::min(std::max(normal, -32768.0), 32767.0)));
    }
}

}  // namespace

void BoxMuller::first(const std::uint64_t* u1, const std::uint64_t* u2, Word* normals,
                      std::int64_t count) const {
    if (width_ > 52) {  // beyond a double's whole numbers
        for (std::int64_t i = 0; i < count; ++i) normals[i] = first(u1[i], u2[i]);
        return;
    }
    const auto table = [](const Columns& c) {
        return Table{c.constant.data(), c.linear.data(), c.quadratic.data()};
    };
    box_muller(u1, u2, normals, count, width_, table(vectors_.log), table(vectors_.cosine));
}

}  // namespace quell::numeric
