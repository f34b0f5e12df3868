// How much the loss depends on every convolution's value: what blocks are placed by.
#pragma once

#include "models/network/graph.h"
#include "models/network/product_hook.h"
#include "sw/train/batch_loader.h"
#include "sw/train/device.h"

#include <cstdint>
#include <map>

namespace quell::train {

// Per convolution (from 1): the Euclidean norm of the gradient of one image's cross entropy with respect to
// the convolution's value (its batch norm's, where that would be folded into it), after the noise; averaged
// over the images of the first `batches` batches of epoch 0. noise: may be null. Throws Error when the loss
// is not finite.
std::map<std::int64_t, double> gradient_norms(const network::Graph& graph, const network::ProductHook* noise,
                                              BatchLoader& loader, std::int64_t batches,
                                              Device device = Device::cpu);

}  // namespace quell::train
