// What the wires of a crossbar take from its cells.
//
// Row wires are driven before the first column, column wires sensed at zero volts behind the last row; from
// cell to cell a wire has the resistance r. The network is linear in the voltages, so that the wires only
// change the conductance matrix. Alone, a row wire with its cells to ground is a ladder, which attenuates the
// voltage at column j by a_row(m, j); a column wire attenuates its cells' currents alike by a_column(m, j)
// (reciprocity). Together the attenuation is taken as
//
//     g_effective(m, j) = g(m, j) / (1 / a_row(m, j) + 1 / a_column(m, j) - 1)
//
// which is exact for one cell, where only the rows' or only the columns' wires resist, and everywhere to
// first order in r: 1 - r (sum_k g(m,k) seg(j,k) + sum_i g(i,j) seg(m,i)), seg: segments that two cells'
// currents share. docs/variation.md has its error.
#pragma once

#include <cstdint>
#include <span>

namespace quell::analog {

// The cells of one crossbar, or of one group on its diagonal.
struct WiredCells {
    std::span<const float* const> conductances;  // a pointer for each column, to its rows; relative to Gmax
    std::span<float* const> attenuations;        // the same places: the result, 0 to 1
    std::int64_t rows = 0;
    std::int64_t row_lead = 0;     // segments from the drivers to the first column, less the one always there
    std::int64_t column_lead = 0;  // the same from the last row to the sense ends
};

// segment: resistance of one segment times Gmax.
void attenuate(double segment, const WiredCells& cells);

}  // namespace quell::analog
