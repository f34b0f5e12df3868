// What is fixed about a layer: its cells, and how its inputs and sums are converted.
#pragma once

#include "models/analog/device/analog_to_digital.h"
#include "models/analog/device/chip.h"

#include <cstdint>
#include <vector>

namespace quell::analog {

struct LayerParts {
    std::int64_t groups = 1, outputs = 0, inputs = 0;  // of the matrix per group
    std::int64_t rows = 128;                           // of a crossbar
    LayerOnChip cells;
    InputWords words{16, 1};
    AnalogToDigital adcs = AnalogToDigital::ideal();
    DacErrors dacs;
    std::int64_t outputs_per_crossbar = 64;

    std::int64_t row_splits() const { return (inputs + rows - 1) / rows; }
};

// The errors of the rows' DACs as weights have them. A DAC's gain belongs to its row, so that it can be taken
// for the weights'; its offset adds a constant, its bow a product of its own.
struct DacFold {
    std::vector<float> bow_weights;  // (groups, outputs, inputs): weight times its row's bow; empty: no bows
    std::vector<float> constants;    // (row split, output of all groups): what the offsets make
};

// Puts the gains into `cells`. Errors count `per_step` of the real units that parts.dacs has, constants
// `unit` a product. Only where parts.dacs.present().
DacFold fold_dacs(const LayerParts& parts, float unit, float per_step, LayerOnChip& cells);

}  // namespace quell::analog
