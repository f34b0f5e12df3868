// One chip: the cells of its layers after programming, ageing and faults (docs/variation.md). The same seed
// is the same chip, whoever asks, in any order.
#pragma once

#include "models/analog/crossbar_mapping.h"
#include "models/analog/device/cell_physics.h"
#include "models/analog/device/layer_cells.h"
#include "models/config/device_config.h"
#include "models/config/tile_config.h"

#include <cstdint>
#include <span>
#include <vector>

namespace quell::analog {

// What the cells of one layer are worth when they are read, weight by weight, in the weights' unit: (groups,
// outputs, inputs).
struct LayerOnChip {
    std::vector<float> weights;    // mean of a read
    std::vector<float> variances;  // of one read; empty when reads are exact
    double compensation = 1;       // digital factor of drift_compensation, in neither
};

// The same, each slice of the weights by itself, most significant first, as if its Gmax were worth the
// layer's largest weight: the layer is the sum of values[s] slices[s].weights, and of the squares for the
// variances.
struct SlicesOnChip {
    std::vector<LayerOnChip> slices;  // `compensation` is the layer's in each
    std::vector<double> values;
};

class Chip {
public:
    // Throws Error when programming_table is not one or when time_s is before programming.
    explicit Chip(const config::DeviceConfig& device, const config::TileConfig& tile = {})
        : device_(device), tile_(tile), physics_(device) {}

    // product: 1-based number of the Conv or Gemm, which keeps its cells apart from other layers'. Weights:
    // (groups, outputs, inputs), row-major. Throws Error when one is not finite, when they are not as many as
    // the matrix has, or when cells_per_weight is more than a weight has bits.
    LayerOnChip program(std::int64_t product, std::span<const float> weights,
                        const LayerMatrix& matrix) const;

    SlicesOnChip program_slices(std::int64_t product, std::span<const float> weights,
                                const LayerMatrix& matrix) const;

    // The cells themselves; the chip and the weights have to outlive them.
    LayerCells cells(std::int64_t product, std::span<const float> weights, const LayerMatrix& matrix) const;

private:
    SlicesOnChip program_all(std::int64_t product, std::span<const float> weights, const LayerMatrix& matrix,
                             bool together) const;

    config::DeviceConfig device_;
    config::TileConfig tile_;
    CellPhysics physics_;
};

}  // namespace quell::analog
