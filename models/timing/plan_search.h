// Which plan the DCU takes: the one with the fewest cycles (docs/timing.md, section 2).
#pragma once

#include "models/timing/block_plan.h"

namespace quell::timing {

// The plan with the fewest cycles on an idle bus: the best number of cores, lanes and split of the ports, up
// to those there are. Of equals the one with fewer cores, then fewer lanes. Throws Error when none fits.
BlockPlan plan_block(const denoiser::Geometry& geometry, const config::DenoiserConfig& config);

}  // namespace quell::timing
