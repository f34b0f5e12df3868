// Which cells of a layer share a crossbar's wires.
#pragma once

#include "models/analog/crossbar_mapping.h"
#include "models/config/tile_config.h"

#include <cstdint>
#include <vector>

namespace quell::analog {

// Neighbouring weights of (groups, outputs, inputs) that lie on the columns of one stack of crossbars: some
// outputs of one group, or some whole groups along the diagonal.
struct ColumnBlock {
    std::int64_t first = 0;  // weight
    std::int64_t groups = 1;
    std::int64_t outputs = 0;  // of each of these groups
    std::int64_t inputs = 0;

    std::int64_t weights() const { return groups * outputs * inputs; }
};

// In the order of the weights. As map_to_crossbars, with columns_per_output columns for every output: groups
// that fit lie along the diagonal; otherwise a crossbar takes as many outputs of one group as it has columns
// for, at least one.
std::vector<ColumnBlock> column_blocks(const LayerMatrix& matrix, const config::TileConfig& tile,
                                       std::int64_t columns_per_output);

}  // namespace quell::analog
