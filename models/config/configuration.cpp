#include "models/config/configuration.h"

#include "models/base/error.h"
#include "models/config/section_options.h"

namespace quell::config {

void register_options(OptionTable& table, Configuration& configuration) {
    register_run_options(table, configuration.run);
    register_input_options(table, configuration.input);
    register_denoiser_options(table, configuration.denoiser, configuration.placement);
    register_noise_options(table, configuration.noise);
    register_device_options(table, configuration.device);
    register_tile_options(table, configuration.tile);
    register_platform_options(table, configuration.platform);
    register_energy_options(table, configuration.energy);
}

void resolve(const OptionTable& table, Configuration& configuration) {
    resolve_noise(table, configuration.run.seed, configuration.noise);
    resolve_device(table, configuration.noise.time_s, configuration.device);
    resolve_tile(table, configuration.tile);
}

void validate(const Configuration& configuration) {
    validate(configuration.input);
    validate(configuration.denoiser);
    validate(configuration.placement);
    validate(configuration.device);
    if (configuration.device.cells_per_weight > 1 &&
        configuration.device.cells_per_weight >= configuration.tile.weight_bits) {
        throw UsageError(
            "device.cells_per_weight = {}: expected less than tile.weight_bits = {}, each holds a bit "
            "at least",
            configuration.device.cells_per_weight, configuration.tile.weight_bits);
    }
    validate(configuration.tile);
    validate(configuration.platform);
}

}  // namespace quell::config
