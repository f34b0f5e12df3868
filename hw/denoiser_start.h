// What one start of the denoiser works on: the contents of the DCU's registers, decoded, and the plan that
// follows from them.
#pragma once

#include "models/denoiser/weights.h"
#include "models/timing/block_plan.h"

#include <cstdint>

namespace quell::hw {

struct DenoiserStart {
    timing::BlockPlan plan;
    denoiser::FractionBits fraction;
    std::uint64_t input = 0, output = 0, weights = 0;  // byte addresses in memory
    std::uint64_t base_seed = 0;
};

}  // namespace quell::hw
