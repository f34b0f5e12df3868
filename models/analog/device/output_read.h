// device.read = output: cells hold still over the bits of one product, one conversion per output and row
// split. Then a read is a normal number of known mean and variance (docs/variation.md): two matrix products
// instead of all cells.
#pragma once

#include "models/analog/device/analog_to_digital.h"
#include "models/analog/device/chip.h"
#include "models/analog/device/layer_product.h"

#include <vector>

namespace quell::analog {

// What is fixed about a layer: its cells, and how its inputs and sums are converted.
struct LayerParts {
    std::int64_t groups = 1, outputs = 0, inputs = 0;  // of the matrix per group
    std::int64_t rows = 128;                           // of a crossbar
    LayerOnChip cells;
    InputWords words{16, 1};
    AnalogToDigital adcs = AnalogToDigital::ideal();
    DacErrors dacs;
    std::int64_t outputs_per_crossbar = 64;
};

class OutputRead final : public LayerProduct {
public:
    explicit OutputRead(LayerParts parts);

    void multiply(const ReadKey& key, const network::ProductInputs& inputs,
                  const network::ProductOutputs& outputs, std::vector<float>& scratch) const override;
    void observe(const network::ProductInputs& inputs, const std::function<void(std::span<const float>)>& see,
                 std::vector<float>& scratch) const override;

private:
    std::int64_t row_splits() const { return (parts_.inputs + parts_.rows - 1) / parts_.rows; }

    LayerParts parts_;
    std::vector<float> bow_weights_;  // (groups, outputs, inputs): weight times its row's bow; or empty
    std::vector<float>
        constants_;  // (row split, output of all groups): what the DACs' offsets make; or empty
};

}  // namespace quell::analog
