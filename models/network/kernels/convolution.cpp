#include "models/network/kernels/convolution.h"

#include <algorithm>

namespace quell::network::kernels {
namespace {

// Output positions [first, last) along one axis whose tap lies inside the map.
struct Span {
    std::int64_t first, last;
};

Span inside(std::int64_t outputs, std::int64_t stride, std::int64_t offset, std::int64_t extent) {
    // 0 <= o * stride + offset < extent
    const std::int64_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
    const std::int64_t room = extent - 1 - offset;
    const std::int64_t last = room < 0 ? 0 : room / stride + 1;
    return {std::min(first, outputs), std::clamp(last, std::min(first, outputs), outputs)};
}

}  // namespace

bool ConvolutionGeometry::is_pointwise() const {
    return window.kernel == Pair{1, 1} && window.stride == Pair{1, 1} && window.padding == Padding{};
}

ConvolutionGeometry convolution_geometry(const Convolution& operation, const Shape& x, const Shape& weight,
                                         const Shape& y) {
    ConvolutionGeometry geometry{
        x[0], x[1], x[2], x[3], y[1], y[2], y[3], operation.groups, operation.window};
    geometry.window.kernel = {weight[2], weight[3]};
    return geometry;
}

std::int64_t rows_per_tile(const ConvolutionGeometry& geometry, std::size_t element_bytes) {
    constexpr std::int64_t cache_bytes = 192 * 1024, fewest_columns = 64;
    const std::int64_t row_bytes = std::max<std::int64_t>(
        1, geometry.depth() * geometry.out_width * static_cast<std::int64_t>(element_bytes));
    const std::int64_t fewest_rows =
        (fewest_columns + geometry.out_width - 1) / std::max<std::int64_t>(1, geometry.out_width);
    const std::int64_t most = std::max(cache_bytes / row_bytes, fewest_rows);
    // Tiles of even height: a sliver at the end would run at a fraction of the speed.
    const std::int64_t tiles = (geometry.out_height + most - 1) / most;
    return (geometry.out_height + tiles - 1) / std::max<std::int64_t>(1, tiles);
}

template <typename Source, typename Column>
void unfold(const ConvolutionGeometry& geometry, const Source* x, std::int64_t first_row, std::int64_t rows,
            Column* columns) {
    const auto [stride_y, stride_x] = geometry.window.stride;
    const auto [dilation_y, dilation_x] = geometry.window.dilation;
    for (std::int64_t channel = 0; channel < geometry.group_channels(); ++channel) {
        const Source* map = x + channel * geometry.plane();
        for (std::int64_t ky = 0; ky < geometry.window.kernel[0]; ++ky) {
            for (std::int64_t kx = 0; kx < geometry.window.kernel[1]; ++kx) {
                const std::int64_t offset = kx * dilation_x - geometry.window.padding.left;
                const Span span = inside(geometry.out_width, stride_x, offset, geometry.width);
                for (std::int64_t row = first_row; row < first_row + rows;
                     ++row, columns += geometry.out_width) {
                    const std::int64_t y = row * stride_y + ky * dilation_y - geometry.window.padding.top;
                    if (y < 0 || y >= geometry.height) {
                        std::fill_n(columns, geometry.out_width, Column{0});
                        continue;
                    }
                    const Source* line = map + y * geometry.width;
                    std::fill_n(columns, span.first, Column{0});
                    if (stride_x == 1) {
                        std::copy(line + span.first + offset, line + span.last + offset,
                                  columns + span.first);
                    } else {
                        for (std::int64_t o = span.first; o < span.last; ++o) {
                            columns[o] = static_cast<Column>(line[o * stride_x + offset]);
                        }
                    }
                    std::fill_n(columns + span.last, geometry.out_width - span.last, Column{0});
                }
            }
        }
    }
}

template <typename Source, typename Weight, typename Result>
void depthwise(const ConvolutionGeometry& geometry, const Source* x, const Weight* weight, Result* y) {
    const auto [stride_y, stride_x] = geometry.window.stride;
    const auto [dilation_y, dilation_x] = geometry.window.dilation;
    const auto [kernel_y, kernel_x] = geometry.window.kernel;
    for (std::int64_t k = 0; k < geometry.out_channels; ++k) {
        const Source* map = x + k / geometry.group_outputs() * geometry.plane();
        const Weight* taps = weight + k * kernel_y * kernel_x;
        for (std::int64_t row = 0; row < geometry.out_height; ++row) {
            Result* out = y + k * geometry.out_plane() + row * geometry.out_width;
            std::fill_n(out, geometry.out_width, Result{0});
            for (std::int64_t ky = 0; ky < kernel_y; ++ky) {
                const std::int64_t line_y = row * stride_y + ky * dilation_y - geometry.window.padding.top;
                if (line_y < 0 || line_y >= geometry.height) continue;
                for (std::int64_t kx = 0; kx < kernel_x; ++kx) {
                    const std::int64_t offset = kx * dilation_x - geometry.window.padding.left;
                    const Span span = inside(geometry.out_width, stride_x, offset, geometry.width);
                    const auto tap = static_cast<Result>(taps[ky * kernel_x + kx]);
                    const Source* line = map + line_y * geometry.width;
                    if (stride_x == 1) {
                        for (std::int64_t o = span.first; o < span.last; ++o) {
                            out[o] += tap * static_cast<Result>(line[o + offset]);
                        }
                    } else {
                        for (std::int64_t o = span.first; o < span.last; ++o) {
                            out[o] += tap * static_cast<Result>(line[o * stride_x + offset]);
                        }
                    }
                }
            }
        }
    }
}

template void unfold(const ConvolutionGeometry&, const float*, std::int64_t, std::int64_t, float*);
template void unfold(const ConvolutionGeometry&, const double*, std::int64_t, std::int64_t, double*);
template void depthwise(const ConvolutionGeometry&, const float*, const float*, float*);
template void depthwise(const ConvolutionGeometry&, const std::int16_t*, const double*, double*);

}  // namespace quell::network::kernels
