// The simulator's noise on LibTorch's tensors. For sources that see LibTorch.
#pragma once

#include "models/network/product_hook.h"
#include "sw/train/analog_sites.h"
#include "sw/train/magnitude_gradient.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <span>

namespace quell::train {

// Has `noise` work on every image's map of y, (N,C,H,W) or (N,K), in place. To gradients what it adds is a
// constant, or with a `gradient` a constant times the map's magnitude. `images` keys the numbers: the places
// in the data set, one per image. Gives y, or its contiguous copy. y must be nothing that the backward pass
// reads: the results of convolutions, matrix products and batch norms are not. Throws Error for noise
// that is no TorchNoise on a tensor that is not the CPU's.
at::Tensor add_noise(at::Tensor y, const network::ProductHook& noise, const network::Node& node,
                     const AnalogSite& site, std::span<const std::int64_t> images,
                     const MagnitudeGradient* gradient = nullptr);

}  // namespace quell::train
