// How the weights of a layer lie on crossbars.
//
// A product takes one column of the im2col matrix: (C/groups) kh kw inputs on rows, the outputs on columns. A
// weight of weight_bits is cut in ceil(weight_bits / bits_per_cell) slices, each on a column of its own,
// doubled by differential pairs. What is taller than a crossbar is cut in row splits, whose partial sums are
// added digitally; what is wider in column blocks. Groups have no inputs in common: as many as fit lie along
// the diagonal of one crossbar, and all cells beside the diagonal are wasted.
#pragma once

#include "models/config/tile_config.h"

#include <cstdint>

namespace quell::analog {

// A layer as a matrix per group: outputs of one group x inputs of one group.
struct LayerMatrix {
    std::int64_t groups = 1;
    std::int64_t inputs = 0;
    std::int64_t outputs = 0;
};

struct CrossbarMapping {
    std::int64_t columns_per_output = 0;    // slices, times two when differential
    std::int64_t row_splits = 1;            // crossbars on top of each other that make one output
    std::int64_t column_blocks = 1;         // such stacks side by side
    std::int64_t outputs_per_block = 0;     // of a full block
    std::int64_t inputs_per_block = 0;      // rows in use, over all row splits
    std::int64_t crossbars_per_output = 1;  // > 1 when one output's slices need more columns than there are
    std::int64_t used_cells = 0;
    bool shared_inputs = true;  // all column blocks take the same inputs: there is one group

    std::int64_t crossbars() const { return row_splits * column_blocks; }
    // Used cells of all cells.
    double utilisation(const config::TileConfig& tile) const;
};

// Throws Error when a dimension is below 1.
CrossbarMapping map_to_crossbars(const LayerMatrix& matrix, const config::TileConfig& tile);

}  // namespace quell::analog
