// The noise a configuration asks for, ready to be given to an executor.
#pragma once

#include "models/base/tensor.h"
#include "models/config/configuration.h"
#include "models/network/executor.h"

#include <memory>
#include <vector>

namespace quell::analog {

// nullptr for noise.model = none. For noise.scope = layer the magnitudes, for noise.model = device the ranges
// of the converters are measured while `executor` runs over the first noise.calibration_images of the images
// ((C,H,W), normalised) without noise. Throws Error when images are needed and there are none. The executor
// has to outlive the result.
std::unique_ptr<network::ProductHook> make_noise(const config::Configuration& configuration,
                                                 const network::Executor& executor,
                                                 const std::vector<Tensor<float>>& calibration_images);

// The constants of GaussianNoise for noise.scope = layer, measured as above; none for other scopes.
std::vector<double> layer_magnitudes(const config::NoiseConfig& config, const network::Executor& executor,
                                     const std::vector<Tensor<float>>& calibration_images);

}  // namespace quell::analog
