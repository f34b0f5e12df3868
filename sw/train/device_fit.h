// What a noise does to each product's output, in a few figures (docs/training.md, "Device noise"): how
// `noise.model = device` comes into training.
#pragma once

#include "models/config/configuration.h"
#include "models/network/executor.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace quell::train {

// y becomes (gain + gain_deviation z0) y + rms(y) (channel z_k + element z_kp), z standard normal: z0 one of
// the image, z_k of its channel k, z_kp of the pixel p. rms(y): of the image's map (C,H,W), bias included.
struct ProductFit {
    double gain = 1, gain_deviation = 0;
    double channel = 0, element = 0;  // deviations relative to rms(y)

    // How well the model serves: the part of the noisy values' mean square that gain * y explains (R^2), skew
    // and excess kurtosis of the residuals relative to rms(y), and how far the images' own relative residuals
    // lie apart (deviation over mean; 0: the residual is proportional to rms(y)).
    double explained = 1, skew = 0, excess_kurtosis = 0, unevenness = 0;

    double residual() const;  // sqrt(channel^2 + element^2)
};

// Of product 1, 2, ... Each of `noises` (chips, say) runs over all images ((C,H,W), normalised) twice; every
// product is given the exact network's inputs, so that it shows its own error alone. Throws Error for none of
// either.
std::vector<ProductFit> fit_products(const network::Executor& executor,
                                     const std::vector<std::unique_ptr<network::ProductHook>>& noises,
                                     const std::vector<Tensor<float>>& images);

// Of noise.model = device, over `chips` chips: device.chip_seed and those that follow.
std::vector<ProductFit> fit_device(const config::Configuration& configuration,
                                   const network::Executor& executor,
                                   const std::vector<Tensor<float>>& images, std::int64_t chips);

// Draws by such figures. The numbers depend on seed, product, image and element alone.
class FittedNoise final : public network::ProductHook {
public:
    FittedNoise(std::vector<ProductFit> products, std::uint64_t seed);

    // Throws Error for a product that was not fitted.
    void after_product(const network::ProductSite& site, std::span<float> values) const override;

private:
    std::vector<ProductFit> products_;
    std::uint64_t seed_;
};

}  // namespace quell::train
