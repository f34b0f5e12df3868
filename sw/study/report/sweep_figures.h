// The figures of a sweep.
#pragma once

#include "sw/study/report/figure.h"
#include "sw/study/report/sweep_grid.h"

#include <string>
#include <vector>

namespace quell::study {

struct SweepFigures {
    std::vector<Figure> figures;
    std::vector<std::string> remarks;  // what is not drawn, and why
};

// `metrics` are numbers of the study's, each once. `front` says of each point whether it is on the front.
SweepFigures sweep_figures(const SweepGrid& grid, const std::vector<std::size_t>& metrics,
                           const std::vector<bool>& front);

}  // namespace quell::study
