// Which plan the DCU takes: the one with the fewest cycles (docs/timing.md, section 2).
#pragma once

#include "models/timing/block_plan.h"
#include "models/timing/block_timing.h"

#include <map>
#include <tuple>

namespace quell::timing {

// What plans of one block took against an idle bus, for searches that follow each other and differ in the
// cores and lanes there are alone.
class PlanMemory {
public:
    // bound_cycles apart, which follow from the cores there are.
    const BlockTiming& timing(const BlockPlan& plan, const config::DenoiserConfig& config);

private:
    // Of plans of one block and one unit all that makes them differ.
    using Key = std::tuple<int, LaneMode, int, int, int>;
    std::map<Key, BlockTiming> known_;
};

// The plan with the fewest cycles on an idle bus: the best number of cores, lanes and split of the ports, up
// to those there are. Of equals the one with fewer cores, then fewer lanes. Throws Error when none fits.
BlockPlan plan_block(const denoiser::Geometry& geometry, const config::DenoiserConfig& config);
BlockPlan plan_block(const denoiser::Geometry& geometry, const config::DenoiserConfig& config,
                     PlanMemory& memory);

}  // namespace quell::timing
