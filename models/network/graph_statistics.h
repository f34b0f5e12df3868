// What a network costs: parameters as torchvision counts them, multiply-accumulates per layer.
#pragma once

#include "models/network/graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quell::network {

struct LayerStatistics {
    std::string name;
    std::string op;  // ONNX operator
    Shape input;     // of the first input, one image: (1,C,H,W)
    Shape output;    // one image
    std::int64_t parameters =
        0;  // learnable: weights, biases, scale and shift of a batch norm (not its statistics)
    std::int64_t macs = 0;         // Conv, Gemm and MatMul only: products of one image, biases not counted
    std::int64_t convolution = 0;  // 1-based over Conv nodes in execution order; 0 otherwise
};

struct GraphStatistics {
    std::vector<LayerStatistics> layers;  // one per node, in execution order
    std::int64_t parameters = 0;          // every learnable value once, also when layers share it
    std::int64_t macs = 0;
};

// For one image (a dynamic batch is taken as 1). Throws Error when the shapes do not fit.
GraphStatistics statistics(const Graph& graph);

}  // namespace quell::network
