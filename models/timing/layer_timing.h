// The cycles of a layer on the grid when nobody else uses the interconnect: the analytic fidelity.
//
// A strip goes through four stages, load, multiply, digital, store; two strips' input and two strips' results
// can be held. With l, m, d, w the times of the stages (m: products * interval) and D the drain of the
// crossbar's pipeline:
//
//   load_end(s)     = max(load_end(s-1), multiply_end(s-2)) + l(s)
//   multiply_end(s) = max(load_end(s), multiply_end(s-1), store_end(s-2)) + m(s)
//   digital_end(s)  = max(multiply_end(s) + D, digital_end(s-1)) + d(s)
//   store_end(s)    = max(digital_end(s), store_end(s-1)) + w(s)
//
// In layers without crossbars the digital units take the place of the crossbars: m is theirs, D and d are 0.
// Layers, and passes of a layer, follow each other; their cycles add up.
#pragma once

#include "models/timing/cycle_breakdown.h"
#include "models/timing/platform_timing.h"

#include <array>
#include <span>

namespace quell::timing {

// The stages' times of a strip, uncontended.
struct StripTimes {
    Cycles load = 0, multiply = 0, drain = 0, digital = 0, store = 0;
    Cycles converter_stall = 0;  // part of multiply
};

StripTimes strip_times(const Strip& strip, const PlatformTiming& timing);

// Breakdown of all passes; its total is the layer's cycles.
CycleBreakdown time_layer(std::span<const Pass> passes, const PlatformTiming& timing);

}  // namespace quell::timing
