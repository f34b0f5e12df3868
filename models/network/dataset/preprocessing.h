// From pixels to what a network takes.
#pragma once

#include "models/base/tensor.h"
#include "models/config/input_config.h"

#include <cstdint>
#include <span>

namespace quell::network {

// (x * scale - mean[c]) / std[c], computed in double precision. `pixels` are (C,H,W) of `shape`. Throws
// UsageError when the number of means or deviations is neither 1 nor C.
Tensor<float> preprocess(std::span<const std::uint8_t> pixels, const Shape& shape,
                         const config::InputConfig& config);

}  // namespace quell::network
