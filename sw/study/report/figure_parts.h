// What the figures of a sweep have in common.
#pragma once

#include "sw/study/report/figure.h"
#include "sw/study/report/sweep_grid.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace quell::study {

// Lowest and highest of what is drawn.
class ValueRange {
public:
    void add(double value) {
        low_ = std::min(low_, value);
        high_ = std::max(high_, value);
    }
    double low() const { return low_; }
    double high() const { return high_; }
    bool moves() const { return low_ < high_; }
    // Where values differ by more than an order of magnitude and a half.
    bool wants_logarithm() const { return low_ > 0 && high_ >= 30 * low_; }

private:
    double low_ = INFINITY, high_ = -INFINITY;
};

// `what`, and below it the axes that are at one value.
std::string title_with(const std::string& what, const std::string& fixed);

// " Everything else at its first value: ..."
std::string fixed_sentence(const std::string& fixed);

// That the values are means over seeds, where there are such.
std::string seeds_sentence(const SweepGrid& grid);

// At most `most` of 0 to count - 1, at equal distances, both ends among them.
std::vector<std::size_t> evenly(std::size_t count, std::size_t most);

// Of more points than a page bears every second, third, ... is kept, and the caption says so.
void thin(FigureCurve& curve, std::string& caption);

}  // namespace quell::study
