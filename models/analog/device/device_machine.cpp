#include "models/analog/device/device_machine.h"

#include "models/analog/device/bit_serial_read.h"
#include "models/analog/device/chip.h"
#include "models/analog/device/output_read.h"
#include "models/analog/device/range_calibration.h"
#include "models/base/error.h"

#include <algorithm>
#include <cmath>

namespace quell::analog {
namespace {

using config::ConverterRange;
using network::ProductWeights;

double largest_weight(const ProductWeights& weights) {
    float largest = 0;
    for (const float weight : weights.values) largest = std::max(largest, std::fabs(weight));
    return static_cast<double>(largest);
}

double full_scale(const config::ConverterConfig& converter, const ValueDistribution& seen) {
    return converter.range == ConverterRange::percentile ? seen.percentile(converter.percentile)
                                                         : seen.largest();
}

// The same slices of weights on cells without errors.
config::DeviceConfig without_errors(const config::DeviceConfig& device) {
    config::DeviceConfig exact;
    exact.preset = config::DevicePreset::generic;
    exact.programming_percent = 0;
    exact.cells_per_weight = device.cells_per_weight;
    return exact;
}

// Builds the layers of one chip.
class Builder {
public:
    Builder(const config::DeviceConfig& device, const config::TileConfig& tile,
            const network::Executor& executor)
        : device_(device),
          tile_(tile),
          executor_(executor),
          chip_(device, tile),
          exact_chip_(without_errors(device), tile) {
        for (const network::ProductSite& site : executor.products())
            weights_.push_back(executor.product_weights(site.product));
    }

    std::vector<LayerRanges> find_ranges(const std::vector<Tensor<float>>& images) const {
        std::vector<LayerRanges> ranges(weights_.size());
        const bool by_inputs = device_.dac.range != ConverterRange::fixed;
        const bool by_sums = device_.adc.range == ConverterRange::calibrated ||
                             device_.adc.range == ConverterRange::percentile;
        if ((by_inputs || by_sums) && images.empty())
            throw Error("noise.model = device needs images to set the converters' ranges on");
        const ExactLayers exact = exact_layers(nullptr);
        const auto inputs = by_inputs ? observe_inputs(executor_, exact, images)
                                      : std::vector<ValueDistribution>(weights_.size());
        for (std::size_t i = 0; i < ranges.size(); ++i)
            ranges[i].inputs = by_inputs ? full_scale(device_.dac, inputs[i]) : device_.dac.fixed;
        if (by_sums) {
            const auto sums = observe_sums(executor_, exact, exact_layers(&ranges), images);
            for (std::size_t i = 0; i < ranges.size(); ++i) ranges[i].sums = full_scale(device_.adc, sums[i]);
        } else {
            for (std::size_t i = 0; i < ranges.size(); ++i)
                ranges[i].sums = device_.adc.fixed * largest_weight(weights_[i]) * ranges[i].inputs;
        }
        // A layer that only ever saw zeros has no measure; any full scale serves it.
        for (LayerRanges& range : ranges) range.sums = range.sums > 0 ? range.sums : 1.0;
        return ranges;
    }

    std::unique_ptr<LayerProduct> programmed(std::size_t layer, const LayerRanges& ranges) const {
        const ProductWeights& weights = weights_[layer];
        const auto product = static_cast<std::int64_t>(layer) + 1;
        LayerParts parts = frame(weights);
        const std::int64_t outputs = weights.groups * weights.outputs;
        parts.words = InputWords(tile_.input_bits, ranges.inputs);
        parts.adcs = AnalogToDigital(device_, tile_, product, parts.row_splits(), outputs, ranges.sums);
        parts.dacs = draw_dac_errors(device_, product,
                                     (outputs + parts.outputs_per_crossbar - 1) / parts.outputs_per_crossbar,
                                     weights.inputs, parts.words.step());
        return read(std::move(parts), chip_, product, weights);
    }

private:
    LayerParts frame(const ProductWeights& weights) const {
        LayerParts parts;
        parts.groups = weights.groups;
        parts.outputs = weights.outputs;
        parts.inputs = weights.inputs;
        parts.rows = tile_.rows;
        parts.outputs_per_crossbar = outputs_per_crossbar(device_, tile_);
        return parts;
    }

    std::unique_ptr<LayerProduct> read(LayerParts parts, const Chip& chip, std::int64_t product,
                                       const ProductWeights& weights) const {
        const LayerMatrix matrix{weights.groups, weights.inputs, weights.outputs};
        if (device_.read == config::DeviceRead::bit_serial) {
            return std::make_unique<BitSerialRead>(std::move(parts),
                                                   chip.program_slices(product, weights.values, matrix),
                                                   tile_.input_bits, tile_.dac_bits);
        }
        parts.cells = chip.program(product, weights.values, matrix);
        return std::make_unique<OutputRead>(std::move(parts));
    }

    // With the ranges of the inputs: read as the device is; without: the plain product.
    ExactLayers exact_layers(const std::vector<LayerRanges>* ranges) const {
        ExactLayers layers;
        for (std::size_t i = 0; i < weights_.size(); ++i) {
            LayerParts parts = frame(weights_[i]);
            if (ranges == nullptr) {
                parts.cells.weights = weights_[i].values;
                layers.push_back(std::make_unique<OutputRead>(std::move(parts)));
            } else {
                parts.words = InputWords(tile_.input_bits, (*ranges)[i].inputs);
                layers.push_back(
                    read(std::move(parts), exact_chip_, static_cast<std::int64_t>(i) + 1, weights_[i]));
            }
        }
        return layers;
    }

    const config::DeviceConfig& device_;
    const config::TileConfig& tile_;
    const network::Executor& executor_;
    Chip chip_, exact_chip_;
    std::vector<ProductWeights> weights_;
};

}  // namespace

DeviceMachine::DeviceMachine(const config::DeviceConfig& device, const config::TileConfig& tile,
                             std::uint64_t run_seed, const network::Executor& executor,
                             const std::vector<Tensor<float>>& calibration_images)
    : run_seed_(run_seed) {
    const Builder builder(device, tile, executor);
    ranges_ = builder.find_ranges(calibration_images);
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
        try {
            layers_.push_back(
                {InputWords(tile.input_bits, ranges_[i].inputs), builder.programmed(i, ranges_[i])});
        } catch (const Error& error) {
            throw Error("{}: {}", describe(*executor.products()[i].node), error.what());
        }
    }
}

void DeviceMachine::convert_inputs(const network::ProductSite& site, std::span<float> map) const {
    layers_.at(static_cast<std::size_t>(site.product - 1)).words.convert(map);
}

void DeviceMachine::multiply(const network::ProductSite& site, const network::ProductInputs& inputs,
                             const network::ProductOutputs& outputs, std::vector<float>& scratch) const {
    layers_.at(static_cast<std::size_t>(site.product - 1))
        .product->multiply({run_seed_, site.product, site.image}, inputs, outputs, scratch);
}

}  // namespace quell::analog
