#include "models/analog/noise_hook.h"

#include "models/analog/device/device_machine.h"
#include "models/analog/gaussian_noise.h"

#include <algorithm>

namespace quell::analog {

std::vector<double> layer_magnitudes(const config::NoiseConfig& config, const network::Executor& executor,
                                     const std::vector<Tensor<float>>& calibration_images) {
    // The magnitude of an element is its own: no constant of the layer.
    const bool measured =
        config.scope == config::NoiseScope::layer && config.magnitude != config::NoiseMagnitude::per_element;
    if (!measured) return {};
    const std::size_t count =
        std::min(calibration_images.size(), static_cast<std::size_t>(config.calibration_images));
    if (count == 0) throw Error("noise.scope = layer needs images to measure the magnitudes on");
    const MagnitudeCalibration calibration(config.magnitude);
    for (std::size_t i = 0; i < count; ++i) {
        executor.run(calibration_images[i], static_cast<std::int64_t>(i), &calibration);
    }
    return calibration.layer_magnitudes();
}

std::unique_ptr<network::ProductHook> make_noise(const config::Configuration& configuration,
                                                 const network::Executor& executor,
                                                 const std::vector<Tensor<float>>& calibration_images) {
    const config::NoiseConfig& noise = configuration.noise;
    const auto count =
        std::min(calibration_images.size(), static_cast<std::size_t>(noise.calibration_images));
    const std::vector<Tensor<float>> images(calibration_images.begin(),
                                            calibration_images.begin() + static_cast<std::ptrdiff_t>(count));
    switch (noise.model) {
        case config::NoiseModel::none:
            break;
        case config::NoiseModel::gaussian:
            return std::make_unique<GaussianNoise>(noise, layer_magnitudes(noise, executor, images));
        case config::NoiseModel::device:
            return std::make_unique<DeviceMachine>(configuration.device, configuration.tile, noise.seed,
                                                   executor, images);
    }
    return nullptr;
}

}  // namespace quell::analog
