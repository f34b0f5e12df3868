// tensor_noise.h for sources that see LibTorch.
#pragma once

#include "models/config/noise_config.h"
#include "models/network/graph.h"
#include "models/network/product_hook.h"
#include "sw/train/analog_sites.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <vector>

namespace quell::train {

class TorchNoise final : public network::ProductHook {
public:
    TorchNoise(const config::NoiseConfig& config, std::vector<double> layer_magnitudes);

    // Adds to y, (N,C,H,W) or (N,K) on any device, in place and unseen by gradients. `images`: the places in
    // the data set, one per image.
    void add(const at::Tensor& y, const AnalogSite& site, std::span<const std::int64_t> images) const;

    // Throws Error: there are no tensors.
    void after_product(const network::ProductSite& site, std::span<float> values) const override;

private:
    at::Tensor magnitude(const at::Tensor& maps, const AnalogSite& site) const;

    config::NoiseConfig config_;
    std::vector<double> layer_magnitudes_;
};

}  // namespace quell::train
