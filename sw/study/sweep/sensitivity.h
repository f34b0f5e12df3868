// How much a metric depends on each axis.
#pragma once

#include "sw/study/sweep/study_table.h"

#include <cstddef>
#include <optional>

namespace quell::study {

// The share of the metric's variance over all done points that the means over the axis' values explain: eta
// squared, the first-order (Sobol) index of a full factorial. Of a drawn or listed numeric axis with a value
// of its own in every point (a Latin hypercube's) over floor(sqrt(points)) parts of equally many points that
// follow each other; chance alone explains (parts - 1)/(points - 1) then. 0 to 1; nothing where the metric
// does not vary or has no values, and for words of which every point has its own.
std::optional<double> sensitivity(const StudyTable& table, std::size_t axis, std::size_t metric);

}  // namespace quell::study
