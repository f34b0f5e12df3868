// The elementary times of the platform. The closed forms and the transaction-level modules use the same.
#pragma once

#include "models/config/platform_config.h"
#include "models/config/tile_config.h"
#include "models/timing/cycles.h"
#include "models/timing/layer_work.h"
#include "models/timing/tile_timing.h"

namespace quell::timing {

class PlatformTiming {
public:
    // Throws Error when a figure of the configuration cannot be (a bus of 0 bits).
    PlatformTiming(const config::PlatformConfig& platform, const config::TileConfig& tile, double clock_mhz);

    const TileTiming& tile() const { return tile_timing_; }

    // One port of a memory: latency + ceil(bits / port bits).
    Cycles memory_cycles(const config::MemoryConfig& memory, std::int64_t bytes) const;
    // One link: ceil(bits / link bits).
    Cycles link_cycles(std::int64_t bytes) const;
    // A transfer that waits for nobody: the slower of port and link, which work at the same time.
    Cycles transfer_cycles(const Transfer& transfer) const;

    // ceil(elements / lanes); partial sums from another PE: the link's time.
    Cycles digital_cycles(const DigitalStep& step) const;

    // The crossbars' rows of one PE.
    Cycles write_cycles(std::int64_t crossbars_per_pe) const;
    // Fetching the weights while the rows are written: the slower of both.
    Cycles program_cycles(const Pass& pass) const;

private:
    config::PlatformConfig platform_;
    config::TileConfig tile_;
    double clock_mhz_;
    TileTiming tile_timing_;
};

}  // namespace quell::timing
