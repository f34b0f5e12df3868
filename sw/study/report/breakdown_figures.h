// Where the cycles went, over an axis of a sweep.
#pragma once

#include "sw/study/report/sweep_grid.h"

#include <optional>

namespace quell::study {

// Of the metrics WHOSE_*_cycles, a stack for each value; nothing where none of them moves.
std::optional<Figure> breakdown_figure(const SweepGrid& grid, const std::string& whose, const GridAxis& axis);

}  // namespace quell::study
