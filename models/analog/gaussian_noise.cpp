#include "models/analog/gaussian_noise.h"

#include "models/analog/magnitude.h"
#include "models/analog/normal_numbers.h"
#include "models/base/error.h"

#include <algorithm>
#include <cmath>

namespace quell::analog {
namespace {

// Adds sigma n + mean, the numbers of elements first_element and following.
class NoiseStream {
public:
    explicit NoiseStream(const NormalKey& key) : key_(key) {}

    // `values` follow those of the call before.
    void add(std::span<float> values, float sigma, float mean) {
        for (std::size_t i = 0; i < values.size();) {
            const std::size_t count = std::min(next(), values.size() - i);
            const float* number = numbers_ + at_;
            float* value = values.data() + i;
            for (std::size_t j = 0; j < count; ++j) value[j] += sigma * number[j] + mean;
            i += count;
            at_ += count;
        }
    }

    void add_per_element(std::span<float> values, float sigma, float mean) {
        for (std::size_t i = 0; i < values.size();) {
            const std::size_t count = std::min(next(), values.size() - i);
            const float* number = numbers_ + at_;
            float* value = values.data() + i;
            for (std::size_t j = 0; j < count; ++j)
                value[j] += std::fabs(value[j]) * (sigma * number[j] + mean);
            i += count;
            at_ += count;
        }
    }

private:
    // How many numbers are left in the block, a new one if none.
    std::size_t next() {
        if (at_ == normal_block) {
            fill_normal_block(key_, block_++, numbers_);
            at_ = 0;
        }
        return normal_block - at_;
    }

    NormalKey key_;
    std::uint32_t block_ = 0;
    std::size_t at_ = normal_block;
    float numbers_[normal_block];
};

}  // namespace

GaussianNoise::GaussianNoise(const config::NoiseConfig& config, std::vector<double> layer_magnitudes)
    : config_(config), layer_magnitudes_(std::move(layer_magnitudes)) {
    if (!(config.sigma_percent >= 0) || !std::isfinite(config.sigma_percent)) {
        throw Error("noise.sigma_percent is {}, a number of at least 0 is needed", config.sigma_percent);
    }
    if (!std::isfinite(config.mean_percent)) {
        throw Error("noise.mean_percent is {}, a finite number is needed", config.mean_percent);
    }
    const bool needs_constants =
        config.scope == config::NoiseScope::layer && config.magnitude != config::NoiseMagnitude::per_element;
    if (needs_constants && layer_magnitudes_.empty()) {
        throw Error("noise.scope = layer needs the layers' magnitudes from a calibration, none were given");
    }
}

void GaussianNoise::after_product(const network::ProductSite& site, std::span<float> values) const {
    if (config_.model == config::NoiseModel::none) return;
    const double sigma = config_.sigma_percent / 100, mean = config_.mean_percent / 100;
    if (sigma == 0 && mean == 0) return;

    NoiseStream stream(
        {config_.seed, static_cast<std::uint32_t>(site.product), static_cast<std::uint32_t>(site.image)});
    const auto add = [&](std::span<float> part, double scale) {
        stream.add(part, static_cast<float>(sigma * scale), static_cast<float>(mean * scale));
    };
    if (config_.magnitude == config::NoiseMagnitude::per_element) {
        stream.add_per_element(values, static_cast<float>(sigma), static_cast<float>(mean));
        return;
    }
    switch (config_.scope) {
        case config::NoiseScope::image:
            add(values, magnitude(values, config_.magnitude));
            return;
        case config::NoiseScope::channel: {
            const std::size_t plane = static_cast<std::size_t>(site.height * site.width);
            for (std::size_t at = 0; at + plane <= values.size() && plane > 0; at += plane) {
                const std::span<float> channel = values.subspan(at, plane);
                add(channel, magnitude(channel, config_.magnitude));
            }
            return;
        }
        case config::NoiseScope::layer: {
            const std::size_t index = static_cast<std::size_t>(site.product - 1);
            if (site.product < 1 || index >= layer_magnitudes_.size()) {
                throw Error("the calibration gave magnitudes of {} layers, layer {} has none",
                            layer_magnitudes_.size(), site.product);
            }
            add(values, layer_magnitudes_[index]);
            return;
        }
    }
}

void MagnitudeCalibration::after_product(const network::ProductSite& site, std::span<float> values) const {
    if (reading_ == config::NoiseMagnitude::per_element) return;
    const double seen = magnitude(values, reading_);
    const std::lock_guard lock(mutex_);
    seen_[{site.product, site.image}] = seen;
}

std::vector<double> MagnitudeCalibration::layer_magnitudes() const {
    const std::lock_guard lock(mutex_);
    std::vector<double> result;
    std::vector<double> images;
    for (const auto& [product_image, seen] : seen_) {
        const std::size_t product = static_cast<std::size_t>(product_image.first);
        if (product == result.size() + 1) {
            result.push_back(0);
            images.push_back(0);
        } else if (product != result.size()) {
            throw Error("the calibration saw product {} but not product {}", product, result.size() + 1);
        }
        double& sum = result.back();
        images.back() += 1;
        switch (reading_) {
            case config::NoiseMagnitude::max_abs:
                sum = std::max(sum, seen);
                break;
            case config::NoiseMagnitude::rms:
                sum += seen * seen;
                break;
            default:
                sum += seen;
                break;
        }
    }
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (reading_ == config::NoiseMagnitude::rms) result[i] = std::sqrt(result[i] / images[i]);
        if (reading_ == config::NoiseMagnitude::mean_abs) result[i] /= images[i];
    }
    return result;
}

}  // namespace quell::analog
