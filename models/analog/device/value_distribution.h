// How large the values of a layer become: what a converter's full scale is chosen from.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace quell::analog {

class ValueDistribution {
public:
    // Throws Error for a value that is not finite.
    void add(std::span<const float> values);

    std::int64_t count() const { return count_; }
    double largest() const { return largest_; }  // absolute value; 0 for none

    // The least absolute value that `percent` of all are not above, to the next of 32 steps per octave (3 %
    // at most), never above the largest.
    double percentile(double percent) const;

private:
    std::int64_t count_ = 0;
    float largest_ = 0;
    std::vector<std::int64_t> bins_;  // by the upper bits of the absolute value
};

}  // namespace quell::analog
