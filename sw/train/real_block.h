// A denoiser block in real numbers, as it is trained.
#pragma once

#include "models/base/tensor.h"
#include "models/denoiser/geometry.h"

#include <cstdint>

namespace quell::train {

struct RealBlock {
    std::int64_t convolution = 0;  // that it follows, from 1
    denoiser::Geometry geometry;
    int leaky_shift = 7;
    // (B,C,1,1), (B,1,3,3), (C,B/groups,1,1) twice; variance is empty in mean-only blocks.
    Tensor<float> reduce, depthwise, mean, variance;
    // (B), (B), (C), (C); empty where geometry.bias is false.
    Tensor<float> reduce_bias, depthwise_bias, mean_bias, variance_bias;
};

// First weights: uniform in +-sqrt(6 / fan_in), heads and biases zero, so that the block changes nothing.
RealBlock draw_block(std::int64_t convolution, const denoiser::Geometry& geometry, int leaky_shift,
                     std::uint64_t seed);

// Throws Error naming the tensor whose shape is not the geometry's.
void check(const RealBlock& block);

}  // namespace quell::train
