#include "models/network/dataset/preprocessing.h"

namespace quell::network {
namespace {

double of_channel(const std::vector<double>& values, std::int64_t channel, std::int64_t channels,
                  const char* key) {
    if (values.size() == 1) return values[0];
    if (static_cast<std::int64_t>(values.size()) != channels) {
        throw UsageError("{} has {} values: expected one per channel ({}), or one for all", key,
                         values.size(), channels);
    }
    return values[static_cast<std::size_t>(channel)];
}

}  // namespace

Tensor<float> preprocess(std::span<const std::uint8_t> pixels, const Shape& shape,
                         const config::InputConfig& config) {
    Tensor<float> image(shape);
    const std::int64_t channels = shape[0], plane = image.size() / channels;
    for (std::int64_t c = 0; c < channels; ++c) {
        const double mean = of_channel(config.mean, c, channels, "input.mean");
        const double deviation = of_channel(config.deviation, c, channels, "input.std");
        for (std::int64_t i = c * plane; i < (c + 1) * plane; ++i) {
            const auto at = static_cast<std::size_t>(i);
            image.values[at] = static_cast<float>((pixels[at] * config.scale - mean) / deviation);
        }
    }
    return image;
}

}  // namespace quell::network
