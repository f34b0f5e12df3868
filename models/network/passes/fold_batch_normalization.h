// Folds batch normalisations into the convolution or matrix product before them.
#pragma once

#include "models/network/graph.h"

#include <cstddef>

namespace quell::network {

// y = scale (x - mean) / sqrt(variance + epsilon) + bias becomes part of the weight and the bias of the Conv
// or Gemm that computes x, where nothing else reads x and all parameters are constants. The product takes
// over the normalisation's output name and marks. Batch norms that no product can take stay. Computed in
// double precision, rounded once. Returns how many were folded. Throws Error naming the node where variance +
// epsilon is not positive.
std::size_t fold_batch_normalization(Graph& graph);

}  // namespace quell::network
