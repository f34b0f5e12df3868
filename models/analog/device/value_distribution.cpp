#include "models/analog/device/value_distribution.h"

#include "models/base/error.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace quell::analog {
namespace {

// Of a positive float's 31 bits the exponent and five of the mantissa.
constexpr int dropped_bits = 18;
constexpr std::size_t bins = std::size_t{1} << (31 - dropped_bits);

}  // namespace

void ValueDistribution::add(std::span<const float> values) {
    if (bins_.empty()) bins_.resize(bins);
    for (const float value : values) {
        const float size = std::fabs(value);
        if (!std::isfinite(size)) throw Error("a value of {} is no measure for a converter", value);
        largest_ = std::max(largest_, size);
        ++bins_[std::bit_cast<std::uint32_t>(size) >> dropped_bits];
    }
    count_ += static_cast<std::int64_t>(values.size());
}

double ValueDistribution::percentile(double percent) const {
    if (count_ == 0) return 0;
    const auto inside = static_cast<std::int64_t>(std::ceil(percent / 100 * static_cast<double>(count_)));
    std::int64_t seen = 0;
    for (std::size_t bin = 0; bin < bins; ++bin) {
        seen += bins_[bin];
        if (seen < inside) continue;
        const auto upper = static_cast<std::uint32_t>(bin + 1) << dropped_bits;
        return std::min(largest(), static_cast<double>(std::bit_cast<float>(upper)));
    }
    return largest();
}

}  // namespace quell::analog
