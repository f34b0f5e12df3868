// Two uniform registers to normal numbers, in integers, as the hardware's tables and polynomials do it:
// Z1 = sqrt(-2 ln U1) cos(2 pi U2), Z2 = sqrt(-2 ln U1) sin(2 pi U2). See docs/numerics.md, section 5.
#pragma once

#include "models/numeric/box_muller_vectors.h"
#include "models/numeric/fixed_point.h"

#include <array>
#include <cstdint>

namespace quell::numeric {

inline constexpr int kNormalFraction = 12;       // fraction bits of a normal: +-8 in steps of 2^-12
inline constexpr std::int64_t kLn2 = 744261118;  // round(2^30 ln 2)

class BoxMuller {
public:
    // width: bits of both uniform registers, 16 to 64.
    explicit BoxMuller(int width);

    // -ln(state / 2^width), 30 fraction bits; state in 1..2^width-1. Error below 4e-7.
    std::int64_t minus_log(std::uint64_t state) const;

    // sqrt(-2 ln(state / 2^width)), 16 fraction bits.
    std::uint32_t radius(std::uint64_t state) const;

    // cos(2 pi state / 2^width), 16 fraction bits: -65536..65536. Error below 2^-16.
    std::int32_t cosine(std::uint64_t state) const { return cosine_of(phase(state)); }
    std::int32_t sine(std::uint64_t state) const { return cosine_of(phase(state) - (1 << 22)); }

    Word first(std::uint64_t u1, std::uint64_t u2) const { return combine(radius(u1), cosine(u2)); }
    Word second(std::uint64_t u1, std::uint64_t u2) const { return combine(radius(u1), sine(u2)); }

    // first() of many pairs at vector speed: the same integers, held in doubles, in which every step is
    // exact.
    void first(const std::uint64_t* u1, const std::uint64_t* u2, Word* normals, std::int64_t count) const;

    // The same of registers of up to 32 bits, count a multiple of 32, where has_vectors() says so.
    void first(const std::uint32_t* u1, const std::uint32_t* u2, Word* normals, std::int64_t count) const {
        box_muller_vectors(u1, u2, normals, count, width_, log_planes_, cosine_planes_);
    }

    // The same, for whoever spreads it over register stages: the tables' 64 segments and the top 24 bits of
    // the second register, two of quadrant and 22 of phase within it.
    struct Coefficients {
        std::int64_t constant, linear, quadratic;
    };
    const Coefficients& log_segment(std::size_t segment) const { return log_[segment]; }
    const Coefficients& cosine_segment(std::size_t segment) const { return cosine_[segment]; }
    std::int32_t phase(std::uint64_t state) const {
        return static_cast<std::int32_t>(width_ >= 24 ? state >> (width_ - 24) : state << (24 - width_));
    }
    int width() const { return width_; }

private:
    // A table once more, as doubles and by column, for gathers.
    struct Columns {
        std::array<double, 64> constant{}, linear{}, quadratic{};
    };
    struct Vectors {
        Columns log, cosine;
    };

    static Word combine(std::uint32_t radius, std::int32_t factor) {
        return requantise(static_cast<std::int64_t>(radius) * factor, 32 - kNormalFraction);
    }
    std::int32_t cosine_of(std::int32_t phase) const;

    int width_;
    std::array<Coefficients, 64> log_{}, cosine_{};
    Vectors vectors_;
    SegmentPlanes log_planes_, cosine_planes_;
};

}  // namespace quell::numeric
