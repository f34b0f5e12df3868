// The noise model gaussian in LibTorch's operators, for devices whose memory the simulator's own code does
// not reach: the same magnitudes, scopes, deviation and mean, other numbers. Without LibTorch's headers.
#pragma once

#include "models/config/noise_config.h"
#include "models/network/product_hook.h"

#include <memory>
#include <vector>

namespace quell::train {

// For `add_noise`, which hands it whole tensors; on the maps of an executor it throws. The numbers follow
// from the seed, the product, the images of the batch in their order and the device. layer_magnitudes: for
// scope = layer the constant of product 1, 2, ... (analog::layer_magnitudes). Null for the model none. Throws
// Error for the model device.
std::unique_ptr<network::ProductHook> make_tensor_noise(const config::NoiseConfig& config,
                                                        std::vector<double> layer_magnitudes);

}  // namespace quell::train
