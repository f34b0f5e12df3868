// Figures of one metric of a sweep. Each is nothing where there is nothing to see: no point, or the same
// value everywhere.
#pragma once

#include "sw/study/report/figure.h"
#include "sw/study/report/sweep_grid.h"

#include <optional>
#include <vector>

namespace quell::study {

// Over an axis, a line for each value of the next one.
std::optional<Figure> line_figure(const SweepGrid& grid, std::size_t metric, const GridAxis& x);

// As colour over two axes.
std::optional<Figure> map_figure(const SweepGrid& grid, std::size_t metric, const GridAxis& x,
                                 const GridAxis& y);

// Every point, where an axis' values do not meet every other's.
std::optional<Figure> scatter_figure(const SweepGrid& grid, std::size_t metric, const GridAxis& x);

// Every seed's value, beside their mean and standard deviation, by the values of the first other axis.
std::optional<Figure> spread_figure(const SweepGrid& grid, std::size_t metric, const GridAxis& seeds);

// Two metrics of every point; `front` says which are on the front of the study's objectives.
std::optional<Figure> pareto_figure(const SweepGrid& grid, std::size_t first, std::size_t second,
                                    const std::vector<bool>& front);

}  // namespace quell::study
