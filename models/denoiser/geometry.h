// The shape of one denoiser block and the counts that follow from it (docs/numerics.md, section 2).
#pragma once

#include "models/config/denoiser_config.h"

#include <cstdint>

namespace quell::denoiser {

inline constexpr std::int64_t kBiasWords = 3;  // a 48-bit bias in 16-bit words

struct Geometry {
    std::int64_t channels = 0, height = 0, width = 0;  // C, H, W of the feature map
    std::int64_t bottleneck = 0;                       // B = max(1, floor(C * ratio))
    std::int64_t groups = 1;                           // of the two heads: 1, or gcd(B, C)
    bool variance_head = true;                         // false: mean-only cancellation
    bool bias = false;

    std::int64_t pixels() const { return height * width; }
    std::int64_t elements() const { return channels * pixels(); }
    std::int64_t heads() const { return variance_head ? 2 : 1; }
    std::int64_t head_inputs() const { return bottleneck / groups; }   // per output channel
    std::int64_t group_channels() const { return channels / groups; }  // outputs of one group

    // Multiply-accumulates of each part, for the whole map.
    std::int64_t reduce_macs() const { return pixels() * channels * bottleneck; }
    std::int64_t depthwise_macs() const { return pixels() * 9 * bottleneck; }
    std::int64_t head_macs() const { return pixels() * channels * head_inputs(); }
    std::int64_t macs() const { return reduce_macs() + depthwise_macs() + heads() * head_macs(); }

    // Trained parameters, biases included where there are any.
    std::int64_t parameters() const;
};

// Throws Error when a dimension is below 1 or the map has more than 2^31 elements or 65,536 channels (the
// 48-bit accumulators hold 2^17 products of 16-bit words).
Geometry make_geometry(std::int64_t channels, std::int64_t height, std::int64_t width,
                       const config::DenoiserConfig& config);

}  // namespace quell::denoiser
