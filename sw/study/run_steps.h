// The steps that a run of a network consists of (network_run.h): all of them for one run, those that a change
// of the denoiser unit makes necessary for the next one of a sweep (sweep/analytic_runs.h).
#pragma once

#include "models/config/configuration.h"
#include "models/denoiser/geometry.h"
#include "models/network/graph.h"
#include "models/timing/block_timing.h"
#include "sw/study/network_run.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace quell::study {

// The network on the machine, nothing timed. Throws Error as `lower` does.
NetworkRun lowered_run(const network::Graph& graph, const std::vector<std::int64_t>& blocks_after,
                       const config::Configuration& configuration);

// Throws Error where the unit's SRAMs are too small for a block, naming what all blocks need.
void check_srams(const NetworkRun& run, const config::Configuration& configuration);

// Analytic: layers by their closed form, blocks by `time`.
using BlockTimer =
    std::function<timing::BlockTiming(const denoiser::Geometry&, const config::DenoiserConfig&)>;
void time_layers(const config::Configuration& configuration, NetworkRun& run);
void time_blocks(const config::Configuration& configuration, const BlockTimer& time, NetworkRun& run);
// The best plan against an idle bus. Throws Error when its lanes' noise streams would overlap.
timing::BlockTiming time_noisy_block(const denoiser::Geometry& geometry,
                                     const config::DenoiserConfig& config);

// Events, for energy, of what is timed.
void count_layers(const config::Configuration& configuration, NetworkRun& run);
void count_blocks(const config::Configuration& configuration, NetworkRun& run);

// Many images that follow each other: every one finds the machine as the one before left it.
BatchRun one_after_the_other(const NetworkRun& run, std::int64_t images, const std::string& reason);

}  // namespace quell::study
