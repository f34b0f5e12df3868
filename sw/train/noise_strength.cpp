#include "sw/train/noise_strength.h"

#include "sw/train/random_streams.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace quell::train {

double ramp_factor(double ramp_percent, std::int64_t step, std::int64_t steps) {
    const double length = ramp_percent / 100 * static_cast<double>(steps);
    const auto at = static_cast<double>(step);
    return at < length ? at / length : 1;
}

double image_factor(const VarianceAware& variance, std::uint64_t seed, std::int64_t epoch,
                    std::int64_t image) {
    const auto words =
        stream_words(seed, Stream::noise_strength,
                     static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint64_t>(image));
    // Box-Muller; the first uniform number is never zero.
    const double u = std::ldexp(words[0] + 1.0, -32), v = std::ldexp(static_cast<double>(words[1]), -32);
    const double normal = std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
    return std::max(0.0, variance.alpha + variance.theta * normal);
}

ScaledNoise::ScaledNoise(const network::ProductHook& noise, double ramp,
                         const std::optional<VarianceAware>& variance, std::uint64_t seed, std::int64_t epoch)
    : noise_(noise), variance_(variance), ramp_(ramp), seed_(seed), epoch_(epoch) {}

double ScaledNoise::factor(std::int64_t image) const {
    return ramp_ * (variance_ ? image_factor(*variance_, seed_, epoch_, image) : 1);
}

void ScaledNoise::after_product(const network::ProductSite& site, std::span<float> values) const {
    const auto factor = static_cast<float>(this->factor(site.image));
    if (factor == 0) return;
    if (factor == 1) {
        noise_.after_product(site, values);
        return;
    }
    const std::vector<float> clean(values.begin(), values.end());
    noise_.after_product(site, values);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = clean[i] + factor * (values[i] - clean[i]);
}

}  // namespace quell::train
