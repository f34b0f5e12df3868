// Kinds of cycles, or of anything that adds up, one upon the other.
#pragma once

#include "sw/study/report/figure.h"
#include "sw/study/report/run_record.h"

#include <string>
#include <vector>

namespace quell::study {

struct Stack {
    double position;  // of the bar's middle; bars are 0.8 wide
    NamedNumbers parts;
};

// A series for each of the largest kinds over all stacks, in the order of the first stack, the rest together
// as "others"; kinds that are 0 everywhere are left out.
std::vector<FigureBars> stacked_bars(const std::vector<Stack>& stacks, bool upright);

// Of the same kinds in percent of their sum.
NamedNumbers in_percent(const NamedNumbers& parts);

}  // namespace quell::study
