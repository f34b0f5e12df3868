// Computes at import what does not depend on the network's input: Constant nodes, operations on weights, and
// the shape arithmetic exporters leave behind, in which a dynamic batch is carried along as a symbol.
#pragma once

#include "models/network/onnx/node_reader.h"

namespace quell::network {

// Folds the node and returns true where its operator can be folded and all it needs is known.
bool fold_node(NodeReader& node);

// The shape without the given axes of size 1 (without axes: without any of size 1), and with such axes added
// at the given places of the result.
Shape squeezed(const Shape& shape, const std::vector<std::int64_t>& axes);
Shape unsqueezed(const Shape& shape, const std::vector<std::int64_t>& axes);
// The axes of a Squeeze or Unsqueeze, attribute or input; empty when none are given.
std::vector<std::int64_t> squeeze_axes(NodeReader& node);

}  // namespace quell::network
