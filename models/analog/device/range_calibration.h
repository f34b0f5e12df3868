// What a layer's inputs and sums are like over the calibration images, while the network runs on exact cells.
#pragma once

#include "models/analog/device/layer_product.h"
#include "models/analog/device/value_distribution.h"
#include "models/base/tensor.h"
#include "models/network/executor.h"

#include <memory>
#include <vector>

namespace quell::analog {

// Layers with exact cells and no converters, of product 1, 2, ...
using ExactLayers = std::vector<std::unique_ptr<LayerProduct>>;

std::vector<ValueDistribution> observe_inputs(const network::Executor& executor, const ExactLayers& exact,
                                              const std::vector<Tensor<float>>& images);

// `observed`: whose sums, as LayerProduct::observe shows them.
std::vector<ValueDistribution> observe_sums(const network::Executor& executor, const ExactLayers& exact,
                                            const ExactLayers& observed,
                                            const std::vector<Tensor<float>>& images);

}  // namespace quell::analog
