// The shape of every value of a network, from the shapes of its inputs.
//
// A dynamic batch stays -1 along the way; any other dimension has to be known. Wrong ranks, weights that do
// not match the channels, windows larger than the padded map, empty results: Error naming the node and both
// shapes.
#pragma once

#include "models/network/graph.h"

#include <map>
#include <string>
#include <vector>

namespace quell::network {

using ShapeMap = std::map<std::string, Shape>;

// Output shape of one node. `inputs` follows node.inputs; nullptr where an optional input is absent.
Shape infer_output_shape(const Node& node, const std::vector<const Shape*>& inputs);

// Shapes of all values: inputs, constants and node outputs; -1 where the batch is dynamic.
ShapeMap infer_shapes(const Graph& graph);
// The same with every dynamic dimension of the inputs set to `batch` (>= 1).
ShapeMap infer_shapes(const Graph& graph, std::int64_t batch);

// (C,H,W) of a network's only input. Throws Error when it has another number of inputs or another rank.
Shape image_shape_of(const Graph& graph);
// Of its first output for one image, without the batch.
Shape output_shape_of(const Graph& graph);

// Output extent of a sliding window along one axis (0: height, 1: width) over `extent` elements; <= 0 when
// the window does not fit. ONNX: (extent + pads - dilation (kernel - 1) - 1) / stride + 1, rounded down or
// up; with rounding up, a last window that would start in the end padding is dropped, as in PyTorch.
std::int64_t window_extent(const Window& window, std::size_t axis, std::int64_t extent,
                           bool ceil_mode = false);

// Shape of numpy broadcasting. Throws Error when the shapes do not match.
Shape broadcast(const Shape& a, const Shape& b);

}  // namespace quell::network
