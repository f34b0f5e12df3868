// Everything a run can be asked for, one plain struct per section.
#pragma once

#include "models/config/denoiser_config.h"
#include "models/config/device_config.h"
#include "models/config/energy_config.h"
#include "models/config/input_config.h"
#include "models/config/noise_config.h"
#include "models/config/placement_config.h"
#include "models/config/platform_config.h"
#include "models/config/run_config.h"
#include "models/config/tile_config.h"

#include <vector>

namespace quell::config {

class OptionTable;

struct Configuration {
    RunConfig run;  // the plain names: fidelity, format, ...
    InputConfig input;
    DenoiserConfig denoiser;
    PlacementConfig placement;  // denoiser.after
    NoiseConfig noise;
    DeviceConfig device;
    TileConfig tile;
    PlatformConfig platform;
    EnergyConfig energy;
};

// Registers every section's options, bound to the fields of `configuration`, which must outlive the table.
void register_options(OptionTable& table, Configuration& configuration);

// What an option implies for others that were not given (a preset, for instance). Call once, after parsing.
// Options of a noise model that is neither noise.model nor one of `beside` are refused on the command line.
void resolve(const OptionTable& table, Configuration& configuration,
             const std::vector<NoiseModel>& beside = {});

// Contradictions between options. Throws UsageError naming the keys, their values and what was expected.
void validate(const Configuration& configuration);

}  // namespace quell::config
