// What came of one denoiser block: `quell block` at any fidelity.
#pragma once

#include "models/numeric/fixed_point.h"
#include "models/timing/block_timing.h"

#include <optional>
#include <string>
#include <vector>

namespace quell::cli {

struct BlockOutcome {
    timing::BlockPlan plan;
    timing::BlockTiming timing;
    std::optional<std::vector<numeric::Word>> output;  // (C,H,W); absent in `analytic`
    double seconds = 0;                                // of the simulation
    std::string waves_refusal;                         // why the waves are not whole; empty when they are
};

}  // namespace quell::cli
