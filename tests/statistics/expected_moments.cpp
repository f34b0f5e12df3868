#include "tests/statistics/expected_moments.h"

#include "models/numeric/box_muller.h"
#include "models/numeric/lfsr.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace quell::statistics {

namespace {

using Powers = std::array<double, 5>;  // mean of value^k, by k

void add_powers(Powers& sums, double value, double weight) {
    double power = weight;
    for (double& sum : sums) {
        sum += power;
        power *= value;
    }
}

// Every state up to 20 bits; above, the states between two powers of two by the middles of equal parts.
Powers radius_powers(const numeric::BoxMuller& unit, int width) {
    Powers sums{};
    const double states = static_cast<double>(numeric::lfsr_period(width));
    for (int top = 0; top < width; ++top) {
        const std::uint64_t first = std::uint64_t{1} << top;  // 2^top states from here
        const int parts_log2 = std::min(top, 19);
        const std::uint64_t parts = std::uint64_t{1} << parts_log2, size = first >> parts_log2;
        for (std::uint64_t part = 0; part < parts; ++part) {
            add_powers(sums, unit.radius(first + part * size + size / 2) / 65536.0,
                       static_cast<double>(size) / states);
        }
    }
    return sums;
}

Powers cosine_powers(const numeric::BoxMuller& unit, int width) {
    Powers sums{};
    const int parts_log2 = std::min(width, 20);
    const std::uint64_t parts = std::uint64_t{1} << parts_log2;
    const std::uint64_t size = std::uint64_t{1} << (width - parts_log2);
    const double states = static_cast<double>(numeric::lfsr_period(width));
    for (std::uint64_t part = 0; part < parts; ++part) {
        const std::uint64_t state = part * size + size / 2;
        if (state != 0) {
            add_powers(sums, unit.cosine(state) / 65536.0, static_cast<double>(size) / states);
        }
    }
    return sums;
}

}  // namespace

Moments expected_moments(int width) {
    const numeric::BoxMuller unit(width);
    const Powers radius = radius_powers(unit, width), cosine = cosine_powers(unit, width);
    double m[5];
    for (std::size_t k = 0; k < 5; ++k) m[k] = radius[k] * cosine[k];
    // Rounding to 2^-12: Sheppard's corrections, the other way round.
    const double step = std::ldexp(1.0, -numeric::kNormalFraction);
    m[4] += m[2] * step * step / 2 + std::pow(step, 4) / 80;
    m[3] += m[1] * step * step / 4;
    m[2] += step * step / 12;
    const double variance = m[2] - m[1] * m[1];
    const double third = m[3] - 3 * m[1] * m[2] + 2 * std::pow(m[1], 3);
    const double fourth = m[4] - 4 * m[1] * m[3] + 6 * m[1] * m[1] * m[2] - 3 * std::pow(m[1], 4);
    return {m[1], variance, third / std::pow(variance, 1.5), fourth / (variance * variance)};
}

}  // namespace quell::statistics
