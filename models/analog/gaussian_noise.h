// The paper's noise (arXiv 2409.18553): N(m, s^2) added to the output of every analog layer, s and m a
// percentage of the layer's magnitude before the noise. Reproducible: the number added to an element depends
// on the seed, the product, the image and the element alone.
#pragma once

#include "models/config/noise_config.h"
#include "models/network/product_hook.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace quell::analog {

class GaussianNoise : public network::ProductHook {
public:
    // layer_magnitudes: for scope = layer, the constant of product 1, 2, ... (index product - 1), as
    // MagnitudeCalibration gives it. Throws Error when the configuration and it do not go together, or when
    // sigma is negative or a figure is not finite.
    explicit GaussianNoise(const config::NoiseConfig& config, std::vector<double> layer_magnitudes = {});

    // (C,H,W) in real units.
    void after_product(const network::ProductSite& site, std::span<float> values) const override;

private:
    config::NoiseConfig config_;
    std::vector<double> layer_magnitudes_;
};

// Measures the constants for scope = layer while the noise-free network runs over the calibration images: the
// largest value over them (max_abs), the root of the mean square (rms), the mean (mean_abs). The order of the
// images and the number of threads do not matter.
class MagnitudeCalibration : public network::ProductHook {
public:
    explicit MagnitudeCalibration(config::NoiseMagnitude reading) : reading_(reading) {}

    void after_product(const network::ProductSite& site, std::span<float> values) const override;

    // Of product 1, 2, ...; throws Error when a product was not seen.
    std::vector<double> layer_magnitudes() const;

private:
    config::NoiseMagnitude reading_;
    mutable std::mutex mutex_;
    mutable std::map<std::pair<std::int64_t, std::int64_t>, double> seen_;  // by product and image
};

}  // namespace quell::analog
