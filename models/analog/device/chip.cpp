#include "models/analog/device/chip.h"

#include <numeric>
#include <utility>

namespace quell::analog {
namespace {

// Adds what one slice's pairs are worth. True when some read varies.
bool add_pairs(double unit, const CellPlane& plus, const CellPlane& minus, std::span<float> weights,
               std::span<float> variances) {
    const auto value = static_cast<float>(unit), square = static_cast<float>(unit * unit);
    float largest = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights[i] += value * (plus.mean[i] - minus.mean[i]);
        const float variance = square * (plus.variance[i] + minus.variance[i]);
        variances[i] += variance;
        largest = variance > largest ? variance : largest;
    }
    return largest > 0;
}

double sum(const std::vector<float>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace

LayerCells Chip::cells(std::int64_t product, std::span<const float> weights,
                       const LayerMatrix& matrix) const {
    return LayerCells(device_, tile_, physics_, product, weights, matrix);
}

SlicesOnChip Chip::program_all(std::int64_t product, std::span<const float> weights,
                               const LayerMatrix& matrix, bool together) const {
    const LayerCells cells = this->cells(product, weights, matrix);
    const auto slices = static_cast<std::size_t>(cells.slices());
    SlicesOnChip layer;
    layer.slices.resize(together ? 1 : slices);
    for (int s = 0; s < cells.slices(); ++s) layer.values.push_back(cells.value(s));
    std::vector<char> noisy(layer.slices.size(), 0);
    for (LayerOnChip& slice : layer.slices) {
        slice.weights.resize(weights.size());
        slice.variances.resize(weights.size());
    }
    const bool compensated = device_.drift_compensation == config::DriftCompensation::global;
    double before = 0, now = 0;
    const auto use = [&](const CellChunk& chunk) {
        for (std::size_t s = 0; s < slices; ++s) {
            const CellPlane &plus = chunk.planes[2 * s], &minus = chunk.planes[2 * s + 1];
            const double unit = cells.unit() * (together ? layer.values[s] : 1.0);
            const std::size_t to = together ? 0 : s;
            LayerOnChip& slice = layer.slices[to];
            if (add_pairs(unit, plus, minus, std::span(slice.weights).subspan(chunk.first, chunk.count),
                          std::span(slice.variances).subspan(chunk.first, chunk.count))) {
                noisy[to] = 1;
            }
            if (compensated) {
                before += layer.values[s] * (sum(plus.programmed) + sum(minus.programmed));
                now += layer.values[s] * (sum(plus.drifted) + sum(minus.drifted));
            }
        }
    };
    cells.for_each_chunk(compensated ? LayerCells::Keep::conductances : LayerCells::Keep::nothing, use);
    for (std::size_t s = 0; s < layer.slices.size(); ++s) {
        if (noisy[s] == 0) layer.slices[s].variances.clear();
        if (now > 0) layer.slices[s].compensation = before / now;
    }
    return layer;
}

LayerOnChip Chip::program(std::int64_t product, std::span<const float> weights,
                          const LayerMatrix& matrix) const {
    return std::move(program_all(product, weights, matrix, true).slices.front());
}

SlicesOnChip Chip::program_slices(std::int64_t product, std::span<const float> weights,
                                  const LayerMatrix& matrix) const {
    return program_all(product, weights, matrix, false);
}

}  // namespace quell::analog
