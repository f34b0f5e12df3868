// A run as a timeline for Perfetto and chrome://tracing (docs/waveforms.md).
#pragma once

#include "models/config/configuration.h"
#include "sw/compiler/machine_layer.h"
#include "sw/study/run_observation.h"

#include <string>

namespace quell::study {

// The window of the observation is cut out: what reaches beyond it is cut off there.
std::string timeline(const RunObservation& observation, const compiler::MachineNetwork& network,
                     const config::Configuration& configuration);

}  // namespace quell::study
