// Pooling: the maximum or the sum over sliding windows of every channel.
#pragma once

#include "models/base/tensor.h"
#include "models/network/graph.h"

#include <cstdint>

namespace quell::network::kernels {

// One pool of known shapes: x (N,C,H,W) to y (N,C,OH,OW); `maps` is N * C.
struct PoolGeometry {
    std::int64_t maps = 0, height = 0, width = 0, out_height = 0, out_width = 0;
    Window window;
};

PoolGeometry pool_geometry(const Window& window, const Shape& x, const Shape& y);

// The padding never wins: it is smaller than any value. NaN wins, as in numpy.
template <typename T>
void max_pool(const PoolGeometry& geometry, const T* x, T* y);

// Sums in row-major order of the window; `counts` (OH,OW) gets the number of elements each sum is divided by:
// those inside the map, or with `count_include_pad` those inside the padded map (ONNX AveragePool).
template <typename T, typename Sum>
void sum_pool(const PoolGeometry& geometry, const T* x, Sum* sums);
void pool_counts(const PoolGeometry& geometry, bool count_include_pad, std::int64_t* counts);

}  // namespace quell::network::kernels
