#include "sw/train/torch_noise.h"

#include "models/base/error.h"
#include "sw/train/random_streams.h"
#include "sw/train/tensor_noise.h"
#include "sw/train/torch_device.h"

#include <utility>

namespace quell::train {

TorchNoise::TorchNoise(const config::NoiseConfig& config, std::vector<double> layer_magnitudes)
    : config_(config), layer_magnitudes_(std::move(layer_magnitudes)) {
    if (config.model != config::NoiseModel::gaussian)
        throw Error("noise.model: the GPU knows gaussian and none, expected one of them or --device cpu");
}

// `maps`: (N,C,pixels). Gives what every element is multiplied with, in a shape that spreads over `maps`.
at::Tensor TorchNoise::magnitude(const at::Tensor& maps, const AnalogSite& site) const {
    if (config_.magnitude == config::NoiseMagnitude::per_element) return maps.abs();
    if (config_.scope == config::NoiseScope::layer) {
        const auto index = static_cast<std::size_t>(site.product - 1);
        if (index >= layer_magnitudes_.size()) {
            throw Error("the calibration gave magnitudes of {} layers, layer {} has none",
                        layer_magnitudes_.size(), site.product);
        }
        return at::full({1}, layer_magnitudes_[index], maps.options());
    }
    std::vector<std::int64_t> over{2};
    if (config_.scope == config::NoiseScope::image) over = {1, 2};
    switch (config_.magnitude) {
        case config::NoiseMagnitude::rms:
            return maps.square().mean(over, true).sqrt();
        case config::NoiseMagnitude::mean_abs:
            return maps.abs().mean(over, true);
        default:
            return maps.abs().amax(over, true);
    }
}

void TorchNoise::add(const at::Tensor& y, const AnalogSite& site,
                     std::span<const std::int64_t> images) const {
    std::uint64_t seed =
        stream_seed(config_.seed, Stream::tensor_noise, static_cast<std::uint64_t>(site.product));
    for (const std::int64_t image : images)
        seed = stream_seed(seed, Stream::tensor_noise, static_cast<std::uint64_t>(image));
    const at::Tensor maps = y.detach().reshape({y.size(0), y.size(1), -1});
    at::Tensor noise = at::empty_like(maps).normal_(config_.mean_percent / 100, config_.sigma_percent / 100,
                                                    make_generator(y.device(), seed));
    y.detach().add_(noise.mul_(magnitude(maps, site)).view_as(y));
}

void TorchNoise::after_product(const network::ProductSite&, std::span<float>) const {
    throw Error("noise of LibTorch's operators works on tensors alone");
}

std::unique_ptr<network::ProductHook> make_tensor_noise(const config::NoiseConfig& config,
                                                        std::vector<double> layer_magnitudes) {
    if (config.model == config::NoiseModel::none) return nullptr;
    return std::make_unique<TorchNoise>(config, std::move(layer_magnitudes));
}

}  // namespace quell::train
