#include "models/analog/device/weight_slices.h"

#include "models/base/error.h"

#include <algorithm>

namespace quell::analog {

WeightSlices::WeightSlices(int cells_per_weight, int weight_bits) {
    if (cells_per_weight == 1) {
        values_ = {1.0};
        return;
    }
    if (cells_per_weight < 1 || cells_per_weight > weight_bits - 1 || weight_bits > 24) {
        throw Error("{} cells per weight of {} bits: expected 1, or at most one for each bit but the sign",
                    cells_per_weight, weight_bits);
    }
    digit_bits_ = (weight_bits - 1 + cells_per_weight - 1) / cells_per_weight;
    digit_mask_ = (1 << digit_bits_) - 1;
    largest_ = (1 << (weight_bits - 1)) - 1;
    for (int slice = 0; slice < cells_per_weight; ++slice) {
        const int shift = digit_bits_ * (cells_per_weight - 1 - slice);
        // A digit above the highest bit is always 0; its place may not fit an integer.
        values_.push_back(shift < weight_bits ? static_cast<double>(digit_mask_) *
                                                    static_cast<double>(std::int64_t{1} << shift) / largest_
                                              : 0.0);
    }
}

void WeightSlices::targets(int slice, std::span<const float> magnitudes,
                           std::span<float> conductances) const {
    if (count() == 1) {
        std::copy(magnitudes.begin(), magnitudes.end(), conductances.begin());
        return;
    }
    const int shift = std::min(digit_bits_ * (count() - 1 - slice), 30);
    const float halves = 2.0F * static_cast<float>(largest_);
    const auto mask = static_cast<float>(digit_mask_);
    for (std::size_t i = 0; i < magnitudes.size(); ++i) {
        const std::int32_t magnitude = (static_cast<std::int32_t>(magnitudes[i] * halves) + 1) >> 1;
        conductances[i] = static_cast<float>((magnitude >> shift) & digit_mask_) / mask;
    }
}

}  // namespace quell::analog
