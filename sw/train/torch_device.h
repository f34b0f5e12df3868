// Devices and their random numbers, as LibTorch has them. For sources that see LibTorch.
#pragma once

#include "sw/train/device.h"

#include <ATen/ATen.h>

#include <cstdint>

namespace quell::train {

at::Device to_torch(Device device);

// A generator of its own, on that device.
at::Generator make_generator(at::Device device, std::uint64_t seed);

}  // namespace quell::train
