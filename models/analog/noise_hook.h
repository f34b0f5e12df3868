// The noise a configuration asks for, ready to be given to an executor.
#pragma once

#include "models/base/tensor.h"
#include "models/config/noise_config.h"
#include "models/network/executor.h"

#include <memory>
#include <vector>

namespace quell::analog {

// nullptr for noise.model = none. For noise.scope = layer the magnitudes are measured while `executor` runs
// over the calibration images ((C,H,W), normalised) without noise; otherwise neither is used. Throws Error
// when they are needed and there are none.
std::unique_ptr<network::ProductHook> make_noise(const config::NoiseConfig& config,
                                                 const network::Executor& executor,
                                                 const std::vector<Tensor<float>>& calibration_images);

}  // namespace quell::analog
