// Denoiser blocks inside a network, as standard operators that any ONNX runtime can run and that carry marks
// by which they are found again (docs/artefact.md).
#pragma once

#include "models/denoiser/geometry.h"
#include "models/denoiser/weights.h"
#include "models/network/graph.h"

#include <cstdint>
#include <vector>

namespace quell::network {

struct PlacedBlock {
    std::int64_t convolution = 0;  // that it follows, from 1
    // Channels, bottleneck, groups, heads, biases; height and width are the map's and stay 0 here.
    denoiser::Geometry geometry;
    int leaky_shift = 7;
    denoiser::BlockWeights weights;
};

// Key of a node's mark: "<convolution>:<role>". A node with it is digital: no product of the machine's tiles
// and not numbered.
inline constexpr const char* denoiser_mark = "denoiser";

bool has_blocks(const Graph& graph);

// The blocks in their places: behind the batch norm that alone reads the convolution, if there is one.
// Weights become the real numbers that the words stand for, biases the nearest float32. Throws Error for a
// convolution that the graph does not have, two blocks behind one, and weights that do not fit.
Graph with_blocks(Graph graph, const std::vector<PlacedBlock>& blocks);

// Takes all marked nodes out of the graph and gives back what they were, in the order of their convolutions.
// Throws Error naming node or entry where marks, operators and weights do not make a block.
std::vector<PlacedBlock> take_blocks(Graph& graph);

}  // namespace quell::network
