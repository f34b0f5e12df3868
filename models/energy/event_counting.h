// Counts the events of a layer and of a denoiser block.
#pragma once

#include "models/config/tile_config.h"
#include "models/energy/energy_table.h"
#include "models/timing/block_timing.h"
#include "models/timing/layer_work.h"

#include <span>

namespace quell::energy {

// A crossbar that takes part drives all its rows and converts all its columns in every step of a product.
EventCounts count_events(std::span<const timing::Pass> passes, const config::TileConfig& tile);

EventCounts count_events(const timing::BlockCounts& block);

}  // namespace quell::energy
