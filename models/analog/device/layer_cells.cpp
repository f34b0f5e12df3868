#include "models/analog/device/layer_cells.h"

#include "models/analog/device/ir_drop.h"
#include "models/base/error.h"

#include <algorithm>
#include <cmath>

namespace quell::analog {
namespace {

// Independent numbers of one plane.
enum class Draw : std::uint32_t { programming = 0, drift = 1 };

constexpr std::int64_t kChunkWeights = 65536;  // at least, where the layer has so many

double largest_magnitude(std::int64_t product, std::span<const float> weights) {
    float largest = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (!std::isfinite(weights[i])) {
            throw Error("product {}: weight {} is {}, expected a finite number", product, i, weights[i]);
        }
        largest = std::max(largest, std::abs(weights[i]));
    }
    return static_cast<double>(largest);
}

void check_size(std::int64_t product, std::size_t weights, const LayerMatrix& matrix) {
    const bool positive = matrix.groups >= 1 && matrix.outputs >= 1 && matrix.inputs >= 1;
    if (!positive || weights != static_cast<std::size_t>(matrix.groups * matrix.outputs * matrix.inputs)) {
        throw Error("product {}: {} weights, expected {} groups x {} outputs x {} inputs", product, weights,
                    matrix.groups, matrix.outputs, matrix.inputs);
    }
}

}  // namespace

LayerCells::LayerCells(const config::DeviceConfig& device, const config::TileConfig& tile,
                       const CellPhysics& physics, std::int64_t product, std::span<const float> weights,
                       const LayerMatrix& matrix)
    : physics_(physics),
      law_(physics.law()),
      tile_(tile),
      segment_(device.wire_ohm * physics.largest_conductance()),
      seed_(device.chip_seed),
      product_(product),
      weights_(weights),
      slices_(device.cells_per_weight, tile.weight_bits) {
    check_size(product, weights.size(), matrix);
    largest_ = largest_magnitude(product, weights);
    blocks_ = column_blocks(matrix, tile, 2 * slices_.count());
    const std::int64_t planes = 2 * slices_.count();
    const std::int64_t cells = static_cast<std::int64_t>(weights.size()) * planes;
    const std::int64_t on = std::min(cells, stuck_count(device.stuck_on_percent, cells));
    const std::int64_t off = std::min(cells - on, stuck_count(device.stuck_off_percent, cells));
    stuck_ = draw_stuck_cells(seed_, product, cells, on, off);
}

void LayerCells::fill_block(int plane, std::size_t block, CellBlock& cells) const {
    const std::size_t first = block * normal_block;
    const std::size_t count = std::min(normal_block, weights_.size() - first);
    CellRow magnitude, target, sigma, programming, drift;
    const auto largest = static_cast<float>(largest_);
    // The other sign's cell is asked for nothing.
    const float sign = plane % 2 == 0 ? 1.0F : -1.0F;
    for (std::size_t i = 0; i < count; ++i) {
        const float own = std::max(0.0F, sign * weights_[first + i]);
        magnitude.value[i] = largest > 0 ? own / largest : 0.0F;
    }
    slices_.targets(plane / 2, magnitude.value, target.value);

    if (physics_.programming_table() != nullptr) {
        for (std::size_t i = 0; i < count; ++i) {
            sigma.value[i] =
                static_cast<float>(physics_.programming_sigma(static_cast<double>(target.value[i])));
        }
    } else {
        programming_sigmas(law_, target, sigma);
    }
    NormalKey key;
    key.seed = seed_;
    key.product = static_cast<std::uint32_t>(product_);
    key.purpose = numeric::Purpose::chip;
    const auto draw = [&](Draw kind, CellRow& numbers) {
        key.image = static_cast<std::uint32_t>(2 * plane) + static_cast<std::uint32_t>(kind);
        fill_normal_block(key, static_cast<std::uint32_t>(block), numbers.value.data());
    };
    draw(Draw::programming, programming);
    if (law_.drift_time > 0 && law_.drift_sigma.high > 0) draw(Draw::drift, drift);
    make_cells(law_, target, sigma, programming, drift, cells);
}

void LayerCells::make_plane(int plane, const CellChunk& chunk, CellPlane& cells, Keep keep) const {
    cells.mean.resize(chunk.count);
    cells.variance.resize(chunk.count);
    cells.programmed.resize(keep == Keep::nothing ? 0 : chunk.count);
    cells.drifted.resize(keep == Keep::nothing ? 0 : chunk.count);
    cells.read_sigma.resize(keep == Keep::everything ? chunk.count : 0);
    CellBlock made;
    std::size_t at = chunk.first;
    const std::size_t end = chunk.first + chunk.count;
    while (at < end) {
        const std::size_t block = at / normal_block, from = at % normal_block;
        const std::size_t count = std::min(normal_block - from, end - at);
        fill_block(plane, block, made);
        const auto copy = [&](const CellRow& row, std::vector<float>& to) {
            if (to.empty()) return;
            std::copy_n(row.value.data() + from, count, to.data() + (at - chunk.first));
        };
        copy(made.mean, cells.mean);
        copy(made.variance, cells.variance);
        copy(made.programmed, cells.programmed);
        copy(made.drifted, cells.drifted);
        copy(made.read_sigma, cells.read_sigma);
        at += count;
    }

    // Cells are numbered weight by weight.
    const std::int64_t planes = 2 * slices_.count();
    const auto first = static_cast<std::int64_t>(chunk.first) * planes;
    const auto last = static_cast<std::int64_t>(end) * planes;
    auto stuck =
        std::lower_bound(stuck_.begin(), stuck_.end(), first,
                         [](const StuckCell& cell, std::int64_t number) { return cell.cell < number; });
    for (; stuck != stuck_.end() && stuck->cell < last; ++stuck) {
        if (stuck->cell % planes != plane) continue;
        const auto i = static_cast<std::size_t>((stuck->cell - first) / planes);
        cells.mean[i] = stuck->conductance;
        cells.variance[i] = 0;
        if (!cells.programmed.empty()) cells.programmed[i] = cells.drifted[i] = stuck->conductance;
        if (!cells.read_sigma.empty()) cells.read_sigma[i] = 0;
    }
}

void LayerCells::add_wires(CellChunk& chunk, std::span<const ColumnBlock> blocks) const {
    for (CellPlane& plane : chunk.planes) plane.attenuation.resize(chunk.count);
    const auto columns_per_output = static_cast<std::int64_t>(chunk.planes.size());
    std::vector<const float*> conductances;
    std::vector<float*> attenuations;
    for (const ColumnBlock& block : blocks) {
        const std::int64_t rows = block.groups > 1 ? block.inputs : tile_.rows;
        for (std::int64_t group = 0; group < block.groups; ++group) {
            for (std::int64_t row = 0; row < block.inputs; row += rows) {
                WiredCells wired;
                wired.rows = std::min<std::int64_t>(rows, block.inputs - row);
                wired.row_lead = group * block.outputs * columns_per_output;
                wired.column_lead = (block.groups - 1 - group) * block.inputs;
                conductances.clear();
                attenuations.clear();
                for (std::int64_t output = 0; output < block.outputs; ++output) {
                    const std::int64_t weight =
                        block.first + (group * block.outputs + output) * block.inputs + row;
                    const std::size_t at = static_cast<std::size_t>(weight) - chunk.first;
                    for (CellPlane& plane : chunk.planes) {
                        conductances.push_back(plane.mean.data() + at);
                        attenuations.push_back(plane.attenuation.data() + at);
                    }
                }
                // An output of more columns than a crossbar has lies on several.
                const auto most = static_cast<std::size_t>(tile_.columns);
                for (std::size_t column = 0; column < conductances.size(); column += most) {
                    const std::size_t count = std::min(most, conductances.size() - column);
                    wired.conductances = std::span(conductances).subspan(column, count);
                    wired.attenuations = std::span(attenuations).subspan(column, count);
                    attenuate(segment_, wired);
                }
            }
        }
    }
    for (CellPlane& plane : chunk.planes) {
        for (std::size_t i = 0; i < chunk.count; ++i) {
            const float passed = plane.attenuation[i];
            plane.mean[i] *= passed;
            plane.variance[i] *= passed * passed;
        }
    }
}

void LayerCells::for_each_chunk(Keep keep, const std::function<void(const CellChunk&)>& use) const {
    CellChunk chunk;
    chunk.planes.resize(2 * static_cast<std::size_t>(slices_.count()));
    for (std::size_t block = 0; block < blocks_.size();) {
        std::size_t last = block;
        std::int64_t weights = 0;
        while (last < blocks_.size() && weights < kChunkWeights) weights += blocks_[last++].weights();
        chunk.first = static_cast<std::size_t>(blocks_[block].first);
        chunk.count = static_cast<std::size_t>(weights);
        for (std::size_t plane = 0; plane < chunk.planes.size(); ++plane) {
            make_plane(static_cast<int>(plane), chunk, chunk.planes[plane], keep);
        }
        if (segment_ > 0) add_wires(chunk, std::span(blocks_).subspan(block, last - block));
        use(chunk);
        block = last;
    }
}

}  // namespace quell::analog
