// The figures of one run.
#pragma once

#include "sw/study/report/figure.h"
#include "sw/study/report/run_record.h"

#include <vector>

namespace quell::study {

// Cycles per layer, their breakdown, energy by module, and the blocks' breakdown where there are blocks; none
// of what the run has no numbers of.
std::vector<Figure> run_figures(const RunRecord& run);

}  // namespace quell::study
