// The checks of docs/statistics.md: draw, measure, compare.
#pragma once

#include "tests/statistics/comparisons.h"
#include "tests/statistics/draws.h"
#include "tests/statistics/histogram.h"

namespace quell::statistics {

// Distribution, autocorrelation and cross-correlation of normals, of their values and of their magnitudes;
// `samples` of each lane. `neighbours`: known correlation of the magnitudes of a lane's neighbouring samples.
// Returns all lanes' words together.
Histogram check_normals(const Draw& draw, int lanes, std::int64_t samples, Comparisons& comparisons,
                        double neighbours = 0);

// Autocorrelation and cross-correlation of the registers that drive the lanes.
void check_registers(const Draw& draw, int registers, std::int64_t samples, Comparisons& comparisons);

// How many comparisons each makes.
std::size_t comparisons_of_normals(int lanes);
std::size_t comparisons_of_registers(int registers);

// Mean, variance, skewness, kurtosis, Kolmogorov-Smirnov distance and tails of words against N(0,1).
void compare_distribution(const std::string& name, const Histogram& words, Comparisons& comparisons);

}  // namespace quell::statistics
