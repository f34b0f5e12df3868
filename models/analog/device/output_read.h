// device.read = output: cells hold still over the bits of one product, one conversion per output and row
// split. Then a read is a normal number of known mean and variance (docs/variation.md): two matrix products
// instead of all cells.
#pragma once

#include "models/analog/device/layer_parts.h"
#include "models/analog/device/layer_product.h"

#include <vector>

namespace quell::analog {

class OutputRead final : public LayerProduct {
public:
    explicit OutputRead(LayerParts parts);

    void multiply(const ReadKey& key, const network::ProductInputs& inputs,
                  const network::ProductOutputs& outputs, std::vector<float>& scratch) const override;
    void observe(const network::ProductInputs& inputs, const std::function<void(std::span<const float>)>& see,
                 std::vector<float>& scratch) const override;

private:
    LayerParts parts_;
    DacFold dacs_;
};

}  // namespace quell::analog
