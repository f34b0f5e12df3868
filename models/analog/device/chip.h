// One chip: the cells of its layers after programming, ageing and faults (docs/variation.md). The same seed
// is the same chip, whoever asks, in any order.
#pragma once

#include "models/analog/device/cell_physics.h"
#include "models/config/device_config.h"

#include <cstdint>
#include <span>
#include <vector>

namespace quell::analog {

// What the differential pairs of one layer are worth when they are read, weight by weight, in the weights'
// unit.
struct LayerOnChip {
    std::vector<float> weights;    // mean of a read
    std::vector<float> variances;  // of one read; empty when reads are exact
    double compensation = 1;       // the digital factor of drift_compensation, already in both
};

class Chip {
public:
    explicit Chip(const config::DeviceConfig& config) : config_(config), physics_(config) {}

    // product: 1-based number of the Conv or Gemm, which keeps its cells apart from other layers'. Throws
    // Error when a weight is not finite.
    LayerOnChip program(std::int64_t product, std::span<const float> weights) const;

private:
    config::DeviceConfig config_;
    CellPhysics physics_;
};

// `count` distinct numbers below `cells`, all choices equally likely, in no order: the cells whose random
// word of (seed, product) is among the smallest. `skip` of the smallest are left to somebody else.
std::vector<std::int64_t> draw_cells(std::uint64_t seed, std::int64_t product, std::int64_t cells,
                                     std::int64_t skip, std::int64_t count);

// round(percent / 100 * cells)
std::int64_t stuck_cells(double percent, std::int64_t cells);

}  // namespace quell::analog
