#include "sw/compiler/replication.h"

#include "models/timing/cycles.h"
#include "sw/compiler/grid_placement.h"

#include <algorithm>

namespace quell::compiler {
namespace {

using timing::ceil_divide;

bool fits(const std::vector<ReplicationLayer>& layers, const std::vector<std::int64_t>& copies,
          std::int64_t pes, std::int64_t crossbars_per_pe) {
    GridPlacement grid(pes, crossbars_per_pe);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (!grid.place(layers[i].stack_height, layers[i].stacks * copies[i])) return false;
    }
    return true;
}

// The least number of copies above `copies` that saves a product.
std::int64_t next_useful(std::int64_t pixels, std::int64_t copies) {
    const std::int64_t rounds = ceil_divide(pixels, copies);
    return rounds <= 1 ? copies : ceil_divide(pixels, rounds - 1);
}

}  // namespace

std::vector<std::int64_t> replicate(const std::vector<ReplicationLayer>& layers, std::optional<int> copies,
                                    std::int64_t pes, std::int64_t crossbars_per_pe) {
    std::vector<std::int64_t> result;
    for (const ReplicationLayer& layer : layers)
        result.push_back(std::clamp<std::int64_t>(copies.value_or(1), 1, layer.pixels));
    if (copies) return result;

    std::vector<bool> done(layers.size(), !fits(layers, result, pes, crossbars_per_pe));
    while (true) {
        std::size_t best = layers.size();
        double best_gain = 0;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const std::int64_t next = next_useful(layers[i].pixels, result[i]);
            if (done[i] || next == result[i]) continue;
            const std::int64_t saved =
                ceil_divide(layers[i].pixels, result[i]) - ceil_divide(layers[i].pixels, next);
            const double crossbars =
                static_cast<double>((next - result[i]) * layers[i].stack_height * layers[i].stacks);
            const double gain = static_cast<double>(saved) / crossbars;
            if (gain > best_gain) {
                best = i;
                best_gain = gain;
            }
        }
        if (best == layers.size()) return result;
        const std::int64_t before = result[best];
        result[best] = next_useful(layers[best].pixels, before);
        if (!fits(layers, result, pes, crossbars_per_pe)) {
            result[best] = before;
            done[best] = true;
        }
    }
}

}  // namespace quell::compiler
