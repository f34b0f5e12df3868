// The operators of the graph IR as LibTorch's, differentiable. For sources that see LibTorch.
#pragma once

#include "models/network/graph.h"
#include "sw/train/normalisation.h"

#include <ATen/ATen.h>

#include <vector>

namespace quell::train {

// `inputs` follow node.inputs, undefined where an optional one is absent. Throws Error, naming the node, for
// what LibTorch's operators cannot express.
at::Tensor run_node(const network::Node& node, const std::vector<at::Tensor>& inputs,
                    Normalisation normalisation);

}  // namespace quell::train
