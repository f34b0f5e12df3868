#include "models/analog/crossbar_mapping.h"

#include "models/base/error.h"

#include <algorithm>

namespace quell::analog {
namespace {

std::int64_t divide_up(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

}  // namespace

double CrossbarMapping::utilisation(const config::TileConfig& tile) const {
    const double cells = static_cast<double>(crossbars()) * tile.rows * tile.columns;
    return static_cast<double>(used_cells) / cells;
}

CrossbarMapping map_to_crossbars(const LayerMatrix& matrix, const config::TileConfig& tile) {
    if (matrix.groups < 1 || matrix.inputs < 1 || matrix.outputs < 1) {
        throw Error("a layer of {} groups with {} inputs and {} outputs each cannot lie on a crossbar",
                    matrix.groups, matrix.inputs, matrix.outputs);
    }
    CrossbarMapping mapping;
    mapping.shared_inputs = matrix.groups == 1;
    const std::int64_t slices = divide_up(tile.weight_bits, tile.bits_per_cell);
    mapping.columns_per_output = slices * (tile.weight_sign == config::WeightSign::differential ? 2 : 1);
    mapping.used_cells = matrix.groups * matrix.inputs * matrix.outputs * mapping.columns_per_output;

    const std::int64_t outputs_per_crossbar = tile.columns / mapping.columns_per_output;
    const std::int64_t groups_along_diagonal =
        std::min(tile.rows / matrix.inputs, outputs_per_crossbar / matrix.outputs);
    if (matrix.groups > 1 && groups_along_diagonal >= 1) {
        const std::int64_t groups = std::min(groups_along_diagonal, matrix.groups);
        mapping.column_blocks = divide_up(matrix.groups, groups);
        mapping.outputs_per_block = groups * matrix.outputs;
        mapping.inputs_per_block = groups * matrix.inputs;
        return mapping;
    }
    mapping.row_splits = divide_up(matrix.inputs, tile.rows);
    mapping.inputs_per_block = matrix.inputs;
    if (outputs_per_crossbar >= 1) {
        mapping.outputs_per_block = std::min(outputs_per_crossbar, matrix.outputs);
        mapping.column_blocks = matrix.groups * divide_up(matrix.outputs, outputs_per_crossbar);
    } else {
        mapping.outputs_per_block = 1;
        mapping.crossbars_per_output = divide_up(mapping.columns_per_output, tile.columns);
        mapping.row_splits *= mapping.crossbars_per_output;
        mapping.column_blocks = matrix.groups * matrix.outputs;
    }
    return mapping;
}

}  // namespace quell::analog
