// Analytic runs that follow each other, as in a sweep: what the next one shares with one before is not
// computed again. The same figures as run_network's, whatever came before.
#pragma once

#include "models/config/configuration.h"
#include "models/network/graph.h"
#include "sw/study/network_run.h"
#include "sw/study/sweep/block_times.h"

#include <cstdint>
#include <list>
#include <string>
#include <utility>
#include <vector>

namespace quell::study {

class AnalyticRuns {
public:
    // One image (run.batch = 1). `model`: names the graph; the same name, the same graph. The result holds
    // until the next call. Throws Error as run_network does.
    const NetworkRun& run(const std::string& model, const network::Graph& graph,
                          const std::vector<std::int64_t>& blocks_after,
                          const config::Configuration& configuration);

private:
    // All that the layers' cycles and events depend on.
    struct NetworkKey {
        std::string model;
        std::vector<std::int64_t> blocks_after;
        config::PlatformConfig platform;
        config::TileConfig tile;
        double clock_mhz = 0;
        config::DenoiserConfig block_shape;  // of the unit's options those that say how large a block is
        bool operator==(const NetworkKey&) const = default;
    };
    // The latest first.
    std::list<std::pair<NetworkKey, NetworkRun>> networks_;
    BlockTimes blocks_;
};

}  // namespace quell::study
