// Which cells of a layer are stuck, by exact count.
#pragma once

#include <cstdint>
#include <vector>

namespace quell::analog {

struct StuckCell {
    std::int64_t cell = 0;
    float conductance = 0;  // 1: on, 0: off; relative to Gmax
};

// round(percent / 100 * cells)
std::int64_t stuck_count(double percent, std::int64_t cells);

// `on` and `off` distinct cells of 0 ... cells - 1, all choices equally likely (Knuth's selection sampling,
// algorithm S, by Philox words of (seed, product)); in rising order. on + off <= cells.
std::vector<StuckCell> draw_stuck_cells(std::uint64_t seed, std::int64_t product, std::int64_t cells,
                                        std::int64_t on, std::int64_t off);

}  // namespace quell::analog
