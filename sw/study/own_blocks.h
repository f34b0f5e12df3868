// The denoiser blocks that a network brings in its file: taken out of the graph, which the machine runs
// without them, and the configuration made theirs.
#pragma once

#include "models/config/configuration.h"
#include "models/config/option_table.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/graph.h"

#include <vector>

namespace quell::study {

// Sets denoiser.after, bottleneck_ratio, heads, sampling and leaky_shift to what the blocks have. Nothing for
// a network without blocks, and for one that is to run without them (denoiser.after = none). Throws
// UsageError where the options given contradict the blocks, Error for blocks that one denoiser unit cannot
// be: of different heads, sampling, slopes or ratios.
std::vector<network::PlacedBlock> take_own_blocks(network::Graph& graph, const config::OptionTable& table,
                                                  config::Configuration& configuration);

// The second half of it, for blocks that were taken out before. False where the network is to run without
// them. `network`: its name, for messages.
bool adopt_blocks(const std::vector<network::PlacedBlock>& blocks, const std::string& network,
                  const config::OptionTable& table, config::Configuration& configuration);

}  // namespace quell::study
