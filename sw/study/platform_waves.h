// The platform's signals as waves for GTKWave (docs/waveforms.md, traces/platform.gtkw).
#pragma once

#include "models/config/configuration.h"
#include "sw/compiler/machine_layer.h"
#include "sw/study/run_observation.h"

#include <string>

namespace quell::study {

// The text of a VCD file over the window of the observation.
std::string platform_waves(const RunObservation& observation, const compiler::MachineNetwork& network,
                           const config::Configuration& configuration);

}  // namespace quell::study
