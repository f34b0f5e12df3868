// Sums of products of series of small whole numbers, each with each, at lags.
#pragma once

#include "models/numeric/fixed_point.h"

#include <cstdint>
#include <vector>

namespace quell::statistics {

using Series = std::vector<numeric::Word>;  // consecutive samples of one source

class Correlator {
public:
    static constexpr int kLags = 64;

    // Values stay within -2048..2047.
    explicit Correlator(int series);

    // The next samples of every series, equally many.
    void add(const std::vector<Series>& next);

    std::int64_t samples() const { return samples_; }

    // Sum over n of a[n] * b[n + lag], lag -64..64, over all n for which both were added.
    std::int64_t sum(int a, int b, int lag) const;

private:
    std::vector<Series> history_;  // the last 64 samples, then the ones being added
    // Of each ordered pair (a, b): b against the past of a, by lag 0..64.
    std::vector<std::vector<std::int64_t>> sums_;
    std::int64_t samples_ = 0;
};

}  // namespace quell::statistics
