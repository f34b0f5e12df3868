// Moments of Z1 = r cos over all states of both registers, each pair equally likely: what an ideal source of
// uniform states would make of this width. See docs/statistics.md.
#pragma once

namespace quell::statistics {

struct Moments {
    double mean, variance, skewness, kurtosis;
};

Moments expected_moments(int width);

}  // namespace quell::statistics
