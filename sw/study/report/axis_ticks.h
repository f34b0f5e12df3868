// Where an axis has its ticks, and what stands there.
#pragma once

#include "sw/study/report/figure.h"

namespace quell::study {

// The axis covers low to high, wider by a little; ticks at 1, 2 or 5 times a power of ten. What is not
// positive does not count on a logarithmic axis.
void choose_range(FigureAxis& axis, double low, double high);
void choose_ticks(FigureAxis& axis);

// "20 k", "1.5 M"; plain below 10000.
std::string tick_label(double value);

}  // namespace quell::study
