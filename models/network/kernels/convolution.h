// Convolution kernels: unfolding for the matrix product, and the direct loop for depthwise convolutions.
#pragma once

#include "models/base/tensor.h"
#include "models/network/graph.h"

#include <cstdint>
#include <vector>

namespace quell::network::kernels {

// One convolution of known shapes: x (N,C,H,W) to y (N,K,OH,OW), weight (K,C/groups,kh,kw).
struct ConvolutionGeometry {
    std::int64_t batch = 1, channels = 0, height = 0, width = 0;
    std::int64_t out_channels = 0, out_height = 0, out_width = 0;
    std::int64_t groups = 1;
    Window window;

    std::int64_t plane() const { return height * width; }
    std::int64_t out_plane() const { return out_height * out_width; }
    std::int64_t group_channels() const { return channels / groups; }
    std::int64_t group_outputs() const { return out_channels / groups; }
    // Products summed in one output.
    std::int64_t depth() const { return group_channels() * window.kernel[0] * window.kernel[1]; }
    // 1x1, stride 1, no padding: the map itself is the unfolded matrix.
    bool is_pointwise() const;
    // One input channel per group: no sum over channels.
    bool is_depthwise() const { return groups > 1 && group_channels() == 1; }
};

ConvolutionGeometry convolution_geometry(const Convolution& operation, const Shape& x, const Shape& weight,
                                         const Shape& y);

// Output rows unfolded at a time, so that the unfolded matrix stays in the second-level cache.
std::int64_t rows_per_tile(const ConvolutionGeometry& geometry, std::size_t element_bytes);

// Unfolds output rows [first_row, first_row + rows) of one group's channels x (C/groups,H,W) to columns
// (depth, rows * OW); places outside the map are 0. Column may be wider than Source.
template <typename Source, typename Column>
void unfold(const ConvolutionGeometry& geometry, const Source* x, std::int64_t first_row, std::int64_t rows,
            Column* columns);

// y (K,OH,OW) of one image without bias, for a depthwise convolution, one tap after the other.
template <typename Source, typename Weight, typename Result>
void depthwise(const ConvolutionGeometry& geometry, const Source* x, const Weight* weight, Result* y);

}  // namespace quell::network::kernels
