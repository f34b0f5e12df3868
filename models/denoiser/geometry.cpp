#include "models/denoiser/geometry.h"

#include "models/base/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quell::denoiser {

std::int64_t Geometry::parameters() const {
    const std::int64_t weights = channels * bottleneck + 9 * bottleneck + heads() * channels * head_inputs();
    return weights + (bias ? 2 * bottleneck + heads() * channels : 0);
}

Geometry make_geometry(std::int64_t channels, std::int64_t height, std::int64_t width,
                       const config::DenoiserConfig& config) {
    constexpr std::int64_t largest = std::int64_t{1} << 31, most_channels = 65536;
    if (channels < 1 || height < 1 || width < 1) {
        throw Error("a denoiser block needs channels, height and width of at least 1, {}x{}x{} came",
                    channels, height, width);
    }
    if (channels > most_channels || height > largest || width > largest ||
        height * width > largest / channels) {
        throw Error("a denoiser block takes up to {} channels and 2^31 elements, {}x{}x{} came",
                    most_channels, channels, height, width);
    }
    Geometry geometry;
    geometry.channels = channels;
    geometry.height = height;
    geometry.width = width;
    geometry.bottleneck = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(std::floor(static_cast<double>(channels) * config.bottleneck_ratio)));
    geometry.groups = config.heads == config::Heads::grouped ? std::gcd(geometry.bottleneck, channels) : 1;
    geometry.variance_head = config.sampling == config::Sampling::stochastic;
    geometry.bias = config.bias;
    return geometry;
}

}  // namespace quell::denoiser
