#include "models/config/configuration.h"

#include "models/base/error.h"
#include "models/config/option_table.h"
#include "models/config/section_options.h"

#include <algorithm>

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

namespace {

// What is typed on the command line is meant to matter in this run; a file may hold more.
void refuse_without_effect(const OptionTable& table, const Configuration& configuration,
                           const std::vector<NoiseModel>& beside) {
    const auto used = [&](NoiseModel model) {
        return configuration.noise.model == model ||
               std::find(beside.begin(), beside.end(), model) != beside.end();
    };
    const auto refuse = [&](const std::string& name, const std::string& needed) {
        const Option& option = table.at(name);
        if (option.origin() != Origin::command_line || option.text() == option.default_text()) return;
        throw UsageError("{} = {}: without effect, expected {} with it", name, option.text(), needed);
    };
    for (const std::string& name : table.names()) {
        const bool of_device = name.starts_with("device.") || name == "noise.time_s";
        if (of_device && !used(NoiseModel::device)) refuse(name, "noise.model = device");
    }
    for (const char* name : {"noise.sigma_percent", "noise.mean_percent", "noise.magnitude", "noise.scope"}) {
        if (!used(NoiseModel::gaussian)) refuse(name, "noise.model = gaussian");
    }
    if (configuration.noise.magnitude == NoiseMagnitude::per_element)
        refuse("noise.scope", "a noise.magnitude that is not per_element");
}

}  // namespace

void resolve(const OptionTable& table, Configuration& configuration, const std::vector<NoiseModel>& beside) {
    refuse_without_effect(table, configuration, beside);
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
