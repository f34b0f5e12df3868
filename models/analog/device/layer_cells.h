// The cells of one layer of a chip, made chunk by chunk so that a layer of any size needs little memory.
//
// A plane holds one cell of every weight: plane 2 s is the positive cell of slice s, 2 s + 1 the negative.
// Cell i of plane p draws its numbers as element i of (chip seed, product, p); which cells share a chunk does
// not matter.
#pragma once

#include "models/analog/crossbar_mapping.h"
#include "models/analog/device/cell_block.h"
#include "models/analog/device/cell_physics.h"
#include "models/analog/device/column_blocks.h"
#include "models/analog/device/stuck_cells.h"
#include "models/analog/device/weight_slices.h"
#include "models/config/device_config.h"
#include "models/config/tile_config.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace quell::analog {

// Conductances relative to Gmax.
struct CellPlane {
    std::vector<float> mean, variance;                   // of one read through the wires
    std::vector<float> attenuation;                      // by the wires, already in both; empty without them
    std::vector<float> programmed, drifted, read_sigma;  // the cell itself; empty unless asked for
};

struct CellChunk {
    std::size_t first = 0, count = 0;  // weights
    std::vector<CellPlane> planes;
};

class LayerCells {
public:
    // `physics` and `weights` have to outlive it. Throws Error when weights are not (groups, outputs, inputs)
    // of the matrix or one is not finite.
    LayerCells(const config::DeviceConfig& device, const config::TileConfig& tile, const CellPhysics& physics,
               std::int64_t product, std::span<const float> weights, const LayerMatrix& matrix);

    // Which figures of the cells themselves a chunk shall have.
    enum class Keep { nothing, conductances, everything };

    // In the order of the weights.
    void for_each_chunk(Keep keep, const std::function<void(const CellChunk&)>& use) const;

    int slices() const { return slices_.count(); }

    // The largest weight, and what a slice's Gmax is worth relative to it.
    double unit() const { return largest_; }
    double value(int slice) const { return slices_.value(slice); }

private:
    void make_plane(int plane, const CellChunk& chunk, CellPlane& cells, Keep keep) const;
    void fill_block(int plane, std::size_t block, CellBlock& cells) const;
    void add_wires(CellChunk& chunk, std::span<const ColumnBlock> blocks) const;

    const CellPhysics& physics_;
    CellBlockLaw law_;
    config::TileConfig tile_;
    double segment_ = 0;  // wire resistance times Gmax
    std::uint64_t seed_;
    std::int64_t product_;
    std::span<const float> weights_;
    WeightSlices slices_;
    double largest_ = 0;
    std::vector<ColumnBlock> blocks_;
    std::vector<StuckCell> stuck_;
};

}  // namespace quell::analog
