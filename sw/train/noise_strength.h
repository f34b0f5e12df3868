// How strong the training's noise is: sigma that rises over the first steps, and that differs from image to
// image (docs/training.md, "Noisy training").
#pragma once

#include "models/network/product_hook.h"

#include <cstdint>
#include <optional>
#include <span>

namespace quell::train {

// Variance-aware noisy training (arXiv 2503.16183): an image's sigma is N(alpha sigma, (theta sigma)^2), cut
// at zero.
struct VarianceAware {
    double alpha = 1, theta = 0.5;
};

struct NoiseStrength {
    double ramp_percent = 0;  // of all steps, over which sigma rises linearly from 0
    std::optional<VarianceAware> variance;
};

// Part of the full sigma at `step` of `steps`, counted from 0 over the whole training.
double ramp_factor(double ramp_percent, std::int64_t step, std::int64_t steps);

// Of an image in an epoch: the part of sigma that it is trained with, at least 0.
double image_factor(const VarianceAware& variance, std::uint64_t seed, std::int64_t epoch,
                    std::int64_t image);

// What another noise adds, times a factor. Where the factor is 1 the other's values to the bit.
class ScaledNoise final : public network::ProductHook {
public:
    // The factor is `ramp`, times that of the image. `noise` has to outlive it.
    ScaledNoise(const network::ProductHook& noise, double ramp, const std::optional<VarianceAware>& variance,
                std::uint64_t seed, std::int64_t epoch);

    void after_product(const network::ProductSite& site, std::span<float> values) const override;

    const network::ProductHook& noise() const { return noise_; }
    double factor(std::int64_t image) const;

private:
    const network::ProductHook& noise_;
    std::optional<VarianceAware> variance_;
    double ramp_;
    std::uint64_t seed_;
    std::int64_t epoch_;
};

}  // namespace quell::train
