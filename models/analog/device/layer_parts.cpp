#include "models/analog/device/layer_parts.h"

#include <algorithm>

namespace quell::analog {

DacFold fold_dacs(const LayerParts& parts, float unit, float per_step, LayerOnChip& cells) {
    const std::int64_t all = parts.groups * parts.outputs;
    DacFold fold;
    fold.constants.resize(static_cast<std::size_t>(parts.row_splits() * all));
    fold.bow_weights.resize(cells.weights.size());
    for (std::int64_t output = 0; output < all; ++output) {
        const std::int64_t block = output / parts.outputs_per_crossbar;
        for (std::int64_t input = 0; input < parts.inputs; ++input) {
            const auto cell = static_cast<std::size_t>(output * parts.inputs + input);
            const auto dac = static_cast<std::size_t>(block * parts.inputs + input);
            const float weight = cells.weights[cell];
            const float gain = 1.0F + parts.dacs.gain[dac];
            fold.constants[static_cast<std::size_t>(input / parts.rows * all + output)] +=
                unit * weight * parts.dacs.offset[dac] * per_step;
            fold.bow_weights[cell] = weight * parts.dacs.bow[dac] * per_step;
            cells.weights[cell] = weight * gain;
            if (!cells.variances.empty()) cells.variances[cell] *= gain * gain;
        }
    }
    if (std::all_of(fold.bow_weights.begin(), fold.bow_weights.end(), [](float w) { return w == 0.0F; }))
        fold.bow_weights.clear();
    return fold;
}

}  // namespace quell::analog
