// One block on one or more machines, at the fidelity asked for.
#pragma once

#include "models/config/configuration.h"
#include "models/denoiser/noise_lanes.h"
#include "sw/cli/block_files.h"
#include "sw/cli/block_outcome.h"
#include "tlm/wave_window.h"

#include <vector>

namespace quell::cli {

// The same work on each machine: beside each other in one kernel, or in closed forms where the fidelity is
// `analytic`. `waves` without a file: none; they are of the first machine. Throws Error when a machine cannot
// do the work, before anything runs.
std::vector<BlockOutcome> run_block(const BlockWork& work,
                                    const std::vector<config::DenoiserConfig>& machines,
                                    const config::RunConfig& run, const denoiser::NoiseKey& key,
                                    const tlm::WaveOptions& waves);

}  // namespace quell::cli
