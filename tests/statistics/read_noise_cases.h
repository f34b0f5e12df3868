// Reads of random tiles in closed form against the same tiles read cell by cell. See docs/variation.md.
#pragma once

#include "models/config/device_config.h"
#include "models/config/tile_config.h"
#include "tests/statistics/comparisons.h"
#include "tests/support/cell_by_cell.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quell::statistics {

// A layer of one group, drawn by its number: size, filling, preset, age, faults, wires, slices, inputs.
struct RandomTile {
    explicit RandomTile(std::uint64_t number);

    config::DeviceConfig device;
    config::TileConfig tile;
    analog::LayerMatrix matrix;
    std::vector<float> weights;
    std::vector<int> words;  // of tile.input_bits bits; an input is step times its word
    double step = 0;
    std::uint64_t number = 0;

    std::string name() const;
    std::vector<double> inputs() const;
};

enum class Read { output, bit_serial };

// `samples` reads, output by output.
using Samples = std::vector<std::vector<double>>;
Samples closed_form_samples(const RandomTile& tile, Read read, std::int64_t samples);
Samples cell_by_cell_samples(const RandomTile& tile, Read read, std::int64_t samples,
                             test::Cut cut = test::Cut::at_zero);

// Of the first output, by the cumulants of the cells.
double cell_variance(const RandomTile& tile, Read read);

// Per output: ratio of the standard deviations, difference of the means, two-sample Kolmogorov-Smirnov
// distance. Bounds by kFalseAlarm and the cumulants of the cells.
void compare_reads(const RandomTile& tile, Read read, const Samples& closed_form, const Samples& cell_by_cell,
                   Comparisons& comparisons);

// The samples that keep kCriticalNormal standard errors of the ratio below `error`, for every output.
std::int64_t samples_for_ratio(const RandomTile& tile, Read read, double error);

constexpr int kTiles = 24;

}  // namespace quell::statistics
