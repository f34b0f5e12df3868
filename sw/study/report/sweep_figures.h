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

// `metrics` are names of metrics: those asked for, or the objectives and accuracy.
// `front` says of each point whether it is on the front of `objectives`.
SweepFigures sweep_figures(const SweepGrid& grid, const std::vector<std::string>& metrics,
                           const std::vector<bool>& front);

// The study's number of the metric `name`. Throws Error naming all where there is none of that name.
std::size_t metric_number(const StudyTable& study, const std::string& name);

}  // namespace quell::study
