#include "models/network/tile_product.h"

#include "models/base/error.h"

#include <algorithm>
#include <utility>

namespace quell::network {
namespace {

kernels::ConvolutionGeometry one_row_high(std::int64_t rows, std::int64_t inputs, std::int64_t outputs) {
    kernels::ConvolutionGeometry geometry;
    geometry.channels = inputs;
    geometry.out_channels = outputs;
    geometry.height = geometry.out_height = 1;
    geometry.width = geometry.out_width = rows;
    return geometry;
}

// (rows, columns) to (columns, rows)
void turn(std::int64_t rows, std::int64_t columns, const float* from, float* to) {
    for (std::int64_t i = 0; i < rows; ++i) {
        for (std::int64_t j = 0; j < columns; ++j) to[j * rows + i] = from[i * columns + j];
    }
}

}  // namespace

TileProduct::TileProduct(const kernels::ConvolutionGeometry& geometry)
    : geometry_(geometry), rows_(kernels::rows_per_tile(geometry, sizeof(float))) {}

void TileProduct::run(const ProductSite& site, const AnalogProducts& products, TileWorkspace& workspace,
                      float* y) const {
    const kernels::ConvolutionGeometry& g = geometry_;
    products.convert_inputs(site, {workspace.inputs.data(), static_cast<std::size_t>(input_elements())});
    const bool unfolded = !g.is_pointwise();
    if (unfolded) workspace.columns.resize(static_cast<std::size_t>(g.depth() * rows_ * g.out_width));
    for (std::int64_t group = 0; group < g.groups; ++group) {
        const float* map = workspace.inputs.data() + group * g.group_channels() * g.plane();
        float* out = y + group * g.group_outputs() * g.out_plane();
        std::int64_t part = 0;
        for (std::int64_t row = 0; row < g.out_height; row += rows_, ++part) {
            const std::int64_t first = row * g.out_width;
            ProductInputs inputs{map + first, g.plane(), g.depth(), 0, group, part};
            inputs.pixels = std::min(rows_, g.out_height - row) * g.out_width;
            if (unfolded) {
                kernels::unfold(g, map, row, inputs.pixels / g.out_width, workspace.columns.data());
                inputs.columns = workspace.columns.data();
                inputs.stride = inputs.pixels;
            }
            products.multiply(site, inputs, {out + first, g.out_plane()}, workspace.own);
        }
    }
}

TileMatrixProduct::TileMatrixProduct(std::int64_t rows, std::int64_t inputs, std::int64_t outputs,
                                     bool transposed)
    : rows_(rows),
      inputs_(inputs),
      outputs_(outputs),
      transposed_(transposed),
      product_(one_row_high(rows, inputs, outputs)) {}

void TileMatrixProduct::run(const ProductSite& site, const AnalogProducts& products, TileWorkspace& workspace,
                            float* y) const {
    if (rows_ == 1) {
        product_.run(site, products, workspace, y);
        return;
    }
    if (!transposed_) {
        workspace.columns.resize(workspace.inputs.size());
        turn(rows_, inputs_, workspace.inputs.data(), workspace.columns.data());
        std::swap(workspace.inputs, workspace.columns);
    }
    std::vector<float> turned(static_cast<std::size_t>(rows_ * outputs_));
    product_.run(site, products, workspace, turned.data());
    turn(outputs_, rows_, turned.data(), y);
}

void refuse_computed_weights(const Node& node) {
    throw Error("{}: its weights are computed while running, those on crossbars are constants",
                describe(node));
}

}  // namespace quell::network
