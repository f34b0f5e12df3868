#include "models/network/kernels/pool.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace quell::network::kernels {
namespace {

// Calls visit(output index within the map, input index within the map) for every element under every window.
template <typename Begin, typename Visit>
void for_each_window(const PoolGeometry& geometry, Begin begin, Visit visit) {
    const Window& window = geometry.window;
    std::int64_t output = 0;
    for (std::int64_t row = 0; row < geometry.out_height; ++row) {
        for (std::int64_t column = 0; column < geometry.out_width; ++column, ++output) {
            begin(output);
            for (std::int64_t ky = 0; ky < window.kernel[0]; ++ky) {
                const std::int64_t y = row * window.stride[0] + ky * window.dilation[0] - window.padding.top;
                if (y < 0 || y >= geometry.height) continue;
                for (std::int64_t kx = 0; kx < window.kernel[1]; ++kx) {
                    const std::int64_t x =
                        column * window.stride[1] + kx * window.dilation[1] - window.padding.left;
                    if (x < 0 || x >= geometry.width) continue;
                    visit(output, y * geometry.width + x);
                }
            }
        }
    }
}

}  // namespace

PoolGeometry pool_geometry(const Window& window, const Shape& x, const Shape& y) {
    return {x[0] * x[1], x[2], x[3], y[2], y[3], window};
}

template <typename T>
void max_pool(const PoolGeometry& geometry, const T* x, T* y) {
    const T lowest =
        std::is_floating_point_v<T> ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();
    for (std::int64_t map = 0; map < geometry.maps; ++map) {
        for_each_window(
            geometry, [&](std::int64_t output) { y[output] = lowest; },
            [&](std::int64_t output, std::int64_t input) {
                // Written so that a NaN in x is taken: every comparison with it is false.
                if (!(x[input] <= y[output])) y[output] = x[input];
            });
        x += geometry.height * geometry.width;
        y += geometry.out_height * geometry.out_width;
    }
}

template <typename T, typename Sum>
void sum_pool(const PoolGeometry& geometry, const T* x, Sum* sums) {
    for (std::int64_t map = 0; map < geometry.maps; ++map) {
        for_each_window(
            geometry, [&](std::int64_t output) { sums[output] = Sum{0}; },
            [&](std::int64_t output, std::int64_t input) { sums[output] += static_cast<Sum>(x[input]); });
        x += geometry.height * geometry.width;
        sums += geometry.out_height * geometry.out_width;
    }
}

void pool_counts(const PoolGeometry& geometry, bool count_include_pad, std::int64_t* counts) {
    PoolGeometry counted = geometry;
    if (count_include_pad) {
        // The padded map is taken as a map of its own. With ceil_mode a window may reach beyond even that;
        // what lies there is not counted.
        counted.height += geometry.window.padding.top + geometry.window.padding.bottom;
        counted.width += geometry.window.padding.left + geometry.window.padding.right;
        counted.window.padding = {};
    }
    for_each_window(
        counted, [&](std::int64_t output) { counts[output] = 0; },
        [&](std::int64_t output, std::int64_t) { ++counts[output]; });
}

template void max_pool(const PoolGeometry&, const float*, float*);
template void max_pool(const PoolGeometry&, const std::int16_t*, std::int16_t*);
template void sum_pool(const PoolGeometry&, const float*, float*);
template void sum_pool(const PoolGeometry&, const std::int16_t*, std::int64_t*);

}  // namespace quell::network::kernels
