// Network -> machine layers: mapping on crossbars, places on the grid and in memory, strips
// (docs/platform.md).
#pragma once

#include "models/config/denoiser_config.h"
#include "models/config/platform_config.h"
#include "models/config/tile_config.h"
#include "models/network/graph.h"
#include "sw/compiler/machine_layer.h"

#include <cstdint>
#include <vector>

namespace quell::compiler {

struct LoweringOptions {
    config::PlatformConfig platform;
    config::TileConfig tile;
    config::DenoiserConfig denoiser;
    std::vector<std::int64_t> blocks_after;  // convolutions that a denoiser block follows, from 1
    // Buffers of each feature map (as MachineNetwork::maps) when several images are on their way: every map
    // has a place of its own then. Empty: one image, places are given to later maps when they are free.
    std::vector<std::int64_t> map_buffers = {};
};

// One image. Throws Error naming the layer and what is missing: a network larger than the grid with
// reprogramming off, an output that needs more crossbars than there are, feature maps larger than the
// memories, a block behind a convolution that the network does not have, blocks of the network's own.
MachineNetwork lower(const network::Graph& graph, const LoweringOptions& options);

}  // namespace quell::compiler
