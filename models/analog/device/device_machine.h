// noise.model = device: a chip, programmed with a network's weights, its converters set on calibration
// images. Makes an executor's products.
#pragma once

#include "models/analog/device/analog_to_digital.h"
#include "models/analog/device/layer_product.h"
#include "models/base/tensor.h"
#include "models/config/device_config.h"
#include "models/config/tile_config.h"
#include "models/network/executor.h"
#include "models/network/product_hook.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace quell::analog {

// Full scales of one layer's converters.
struct LayerRanges {
    double inputs = 0;  // real units
    double sums = 0;    // as LayerProduct::observe shows them
};

class DeviceMachine final : public network::ProductHook, private network::AnalogProducts {
public:
    // run_seed: of what is drawn anew in every read. The calibration images ((C,H,W), normalised) go through
    // the executor with exact weights; none are needed when both ranges are fixed (or ideal). Throws Error
    // when they are needed and there are none, for weights that are not finite or computed while running.
    DeviceMachine(const config::DeviceConfig& device, const config::TileConfig& tile, std::uint64_t run_seed,
                  const network::Executor& executor, const std::vector<Tensor<float>>& calibration_images);

    const network::AnalogProducts* products() const override { return this; }
    void after_product(const network::ProductSite&, std::span<float>) const override {}

    const std::vector<LayerRanges>& ranges() const { return ranges_; }  // of product 1, 2, ...

private:
    struct Layer {
        InputWords words;
        std::unique_ptr<LayerProduct> product;
    };

    void convert_inputs(const network::ProductSite& site, std::span<float> map) const override;
    void multiply(const network::ProductSite& site, const network::ProductInputs& inputs,
                  const network::ProductOutputs& outputs, std::vector<float>& scratch) const override;

    std::uint64_t run_seed_;
    std::vector<LayerRanges> ranges_;
    std::vector<Layer> layers_;
};

}  // namespace quell::analog
