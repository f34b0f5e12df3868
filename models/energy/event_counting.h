// Counts the events of a layer, of a denoiser block and of the time that passes.
#pragma once

#include "models/analog/crossbar_mapping.h"
#include "models/config/tile_config.h"
#include "models/denoiser/geometry.h"
#include "models/energy/event.h"
#include "models/timing/block_timing.h"
#include "models/timing/layer_work.h"

#include <span>

namespace quell::energy {

// A crossbar that takes part drives all its rows and converts all its columns in every step of a product.
// `replicas`: copies of the layer's weights, of which each has products of its own. Input is read from the
// line buffer once per PE and product, by groups once per crossbar.
EventCounts count_events(std::span<const timing::Pass> passes, const analog::CrossbarMapping& mapping,
                         std::int64_t replicas, const config::TileConfig& tile);

EventCounts count_events(const timing::BlockTiming& block, const denoiser::Geometry& geometry,
                         const config::DenoiserConfig& config);

// `nanoseconds` during which `pes_at_work` of `pes` PEs work; `denoiser`: there is a unit.
EventCounts count_time(double nanoseconds, std::int64_t pes_at_work, std::int64_t pes, bool denoiser);

// The most PEs that a layer has at work in one of its passes.
std::int64_t pes_at_work(std::span<const timing::Pass> passes);

}  // namespace quell::energy
