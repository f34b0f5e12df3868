#include "models/analog/device/column_blocks.h"

#include <algorithm>

namespace quell::analog {

std::vector<ColumnBlock> column_blocks(const LayerMatrix& matrix, const config::TileConfig& tile,
                                       std::int64_t columns_per_output) {
    const std::int64_t outputs_per_crossbar = tile.columns / columns_per_output;
    const std::int64_t diagonal =
        matrix.groups > 1 ? std::min(tile.rows / matrix.inputs, outputs_per_crossbar / matrix.outputs) : 0;
    const std::int64_t group_weights = matrix.outputs * matrix.inputs;
    std::vector<ColumnBlock> blocks;
    if (diagonal >= 1) {
        for (std::int64_t group = 0; group < matrix.groups; group += diagonal) {
            blocks.push_back({group * group_weights, std::min(diagonal, matrix.groups - group),
                              matrix.outputs, matrix.inputs});
        }
        return blocks;
    }
    const std::int64_t step = std::max<std::int64_t>(1, outputs_per_crossbar);
    for (std::int64_t group = 0; group < matrix.groups; ++group) {
        for (std::int64_t output = 0; output < matrix.outputs; output += step) {
            blocks.push_back({group * group_weights + output * matrix.inputs, 1,
                              std::min(step, matrix.outputs - output), matrix.inputs});
        }
    }
    return blocks;
}

}  // namespace quell::analog
