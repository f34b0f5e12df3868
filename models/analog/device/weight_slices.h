// How the magnitude of a weight is cut over several pairs of cells.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace quell::analog {

// cells_per_weight = 1: one multi-level pair, the magnitude as it is. n > 1: the magnitude, relative to the
// layer's largest, is rounded to weight_bits - 1 bits, M = round(m (2^(weight_bits - 1) - 1)), and cut in n
// digits of b = ceil((weight_bits - 1) / n) bits, most significant first; a digit d lies on its pair as the
// conductance d / (2^b - 1).
class WeightSlices {
public:
    // Throws Error for fewer cells than 1, and for more than one that are more than weight_bits - 1.
    WeightSlices(int cells_per_weight, int weight_bits);

    int count() const { return static_cast<int>(values_.size()); }

    // What a slice's conductance of Gmax is worth, relative to the layer's largest weight.
    double value(int slice) const { return values_[static_cast<std::size_t>(slice)]; }

    // Conductances of a slice for magnitudes 0 to 1; both of one length.
    void targets(int slice, std::span<const float> magnitudes, std::span<float> conductances) const;

private:
    std::vector<double> values_;
    int digit_bits_ = 0;
    std::int32_t largest_ = 0, digit_mask_ = 0;
};

}  // namespace quell::analog
