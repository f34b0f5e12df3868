// Cycles of denoiser blocks for one unit after another, as in a sweep: plans that an earlier search tried are
// not followed again. The same as time_noisy_block (run_steps.h), whatever came before.
#pragma once

#include "models/config/denoiser_config.h"
#include "models/denoiser/geometry.h"
#include "models/timing/block_timing.h"
#include "models/timing/plan_search.h"

#include <cstdint>
#include <list>
#include <map>
#include <tuple>
#include <utility>

namespace quell::study {

class BlockTimes {
public:
    // Holds until the next call. Throws Error as time_noisy_block does.
    const timing::BlockTiming& time(const denoiser::Geometry& geometry, const config::DenoiserConfig& config);

private:
    // Blocks of one shape on units that differ in cores and lanes alone.
    struct Family {
        std::int64_t channels = 0, height = 0, width = 0;
        config::DenoiserConfig unit;  // cores and lanes are 1
        timing::PlanMemory plans;
        std::map<std::pair<int, int>, timing::BlockTiming> known;  // by cores and lanes
    };
    std::uint64_t normals(const config::DenoiserConfig& config);
    Family& family(const denoiser::Geometry& geometry, const config::DenoiserConfig& config);

    std::list<Family> families_;                                  // the latest first
    std::map<std::tuple<int, int, int>, std::uint64_t> normals_;  // by width, lanes and normals a pair
};

}  // namespace quell::study
