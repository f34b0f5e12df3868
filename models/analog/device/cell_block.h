// The laws of CellPhysics for many cells at a time, in single precision at vector speed.
#pragma once

#include "models/analog/device/cell_physics.h"
#include "models/analog/normal_numbers.h"

#include <array>

namespace quell::analog {

// One figure of each cell of a block; conductances relative to Gmax.
struct alignas(32) CellRow {
    std::array<float, normal_block> value{};
};

struct CellBlock {
    CellRow programmed;      // after programming
    CellRow drifted;         // at the time of reading
    CellRow read_sigma;      // of one read, before it is cut at zero
    CellRow mean, variance;  // of one read, cut at zero
};

// The same coefficients as CellLaw.
struct CellBlockLaw {
    explicit CellBlockLaw(const CellLaw& law);

    std::array<float, 5> programming{};
    struct Logarithm {
        float slope = 0, offset = 0, low = 0, high = 0;
    };
    Logarithm drift_mean, drift_sigma;
    float drift_time = 0;
    float read_constant = 0, read_share = 0, read_power = 0, read_largest = 0;
};

// Standard deviations of programming.
void programming_sigmas(const CellBlockLaw& law, const CellRow& target, CellRow& sigma);

// From targets and the cells' own normal numbers of programming and of drift. Without fused multiply-adds and
// with logarithms and exponentials of its own (relative error below 1e-6), so that all processors agree.
void make_cells(const CellBlockLaw& law, const CellRow& target, const CellRow& programming_sigma,
                const CellRow& programming, const CellRow& drift, CellBlock& cells);

}  // namespace quell::analog
