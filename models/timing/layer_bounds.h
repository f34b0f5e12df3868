// Which resource of the platform bounds a layer: the least cycles that each would need for the layer if
// nothing else held it up, and the layer's cycles if the slowest were infinitely fast.
#pragma once

#include "models/config/platform_config.h"
#include "models/config/tile_config.h"
#include "models/timing/cycles.h"
#include "models/timing/layer_work.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace quell::timing {

enum class Resource {
    programming,       // fetching and writing weights, before everything else
    crossbars,         // reading all products, one after the other
    converters,        // converting them
    scratchpad_ports,  // serving loads and stores
    memory_ports,      // the same, of the data memory
    links,             // of the interconnect: loads, stores, partial sums between PEs
    digital_lanes,     // of the busiest PE
};
inline constexpr std::size_t kResources = 7;
std::string_view resource_name(Resource resource);

struct ResourceNeed {
    Resource resource = Resource::programming;
    Cycles least = 0;
};

struct LayerBounds {
    std::vector<ResourceNeed> needs;  // of all resources, the most first
    // How many of the first bind: those within a hundredth of the most. 0 when the layer needs nothing.
    std::size_t binding = 0;
    Cycles cycles = 0;          // the closed form
    Cycles cycles_if_free = 0;  // the same with the binding resources infinitely fast
};

// Loads go one after the other, and so do stores; both may use a port each at the same time where there are
// two.
LayerBounds layer_bounds(std::span<const Pass> passes, const config::PlatformConfig& platform,
                         const config::TileConfig& tile, double clock_mhz);

}  // namespace quell::timing
