#include "models/analog/noise_hook.h"

#include "models/analog/gaussian_noise.h"

namespace quell::analog {

std::unique_ptr<network::ProductHook> make_noise(const config::NoiseConfig& config,
                                                 const network::Executor& executor,
                                                 const std::vector<Tensor<float>>& calibration_images) {
    if (config.model == config::NoiseModel::none) return nullptr;
    // The magnitude of an element is its own: no constant of the layer.
    const bool measured =
        config.scope == config::NoiseScope::layer && config.magnitude != config::NoiseMagnitude::per_element;
    if (!measured) return std::make_unique<GaussianNoise>(config);
    if (calibration_images.empty())
        throw Error("noise.scope = layer needs images to measure the magnitudes on");
    const MagnitudeCalibration calibration(config.magnitude);
    for (std::size_t i = 0; i < calibration_images.size(); ++i) {
        executor.run(calibration_images[i], static_cast<std::int64_t>(i), &calibration);
    }
    return std::make_unique<GaussianNoise>(config, calibration.layer_magnitudes());
}

}  // namespace quell::analog
