// Whether the LFSR streams last for a whole start (docs/numerics.md, section 4).
#pragma once

#include "models/timing/block_plan.h"

#include <cstdint>

namespace quell::timing {

// Normals that the busiest lane takes in one start of this plan; 0 in mean-only blocks.
std::uint64_t normals_per_lane(const BlockPlan& plan);

// Throws Error naming denoiser.lfsr_width and the least that would do when a lane takes more normals than its
// streams have before they meet the next ones.
void require_noise_streams(const BlockPlan& plan, const config::DenoiserConfig& config);
// The same; `have`: normals_there_are(config), worked out before.
void require_noise_streams(const BlockPlan& plan, const config::DenoiserConfig& config, std::uint64_t have);

// Normals that each lane's stream has, by the LFSRs' width, the lanes and how many a pair gives.
std::uint64_t normals_there_are(const config::DenoiserConfig& config);

}  // namespace quell::timing
