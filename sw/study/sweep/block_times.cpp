#include "sw/study/sweep/block_times.h"

#include "models/timing/cycles.h"
#include "models/timing/noise_demand.h"

#include <algorithm>

namespace quell::study {
namespace {

constexpr std::size_t most_families = 64;

}  // namespace

std::uint64_t BlockTimes::normals(const config::DenoiserConfig& config) {
    const std::tuple key(config.lfsr_width, config.lanes, config.normals_per_pair);
    const auto known = normals_.find(key);
    if (known != normals_.end()) return known->second;
    return normals_.emplace(key, timing::normals_there_are(config)).first->second;
}

BlockTimes::Family& BlockTimes::family(const denoiser::Geometry& geometry,
                                       const config::DenoiserConfig& config) {
    config::DenoiserConfig unit = config;
    unit.cores = unit.lanes = 1;
    const auto found = std::ranges::find_if(families_, [&](const Family& each) {
        return each.channels == geometry.channels && each.height == geometry.height &&
               each.width == geometry.width && each.unit == unit;
    });
    if (found != families_.end()) {
        families_.splice(families_.begin(), families_, found);
        return families_.front();
    }
    if (families_.size() == most_families) families_.pop_back();
    families_.emplace_front(Family{geometry.channels, geometry.height, geometry.width, unit, {}, {}});
    return families_.front();
}

const timing::BlockTiming& BlockTimes::time(const denoiser::Geometry& geometry,
                                            const config::DenoiserConfig& config) {
    Family& of = family(geometry, config);
    const auto known = of.known.find({config.cores, config.lanes});
    if (known != of.known.end()) return known->second;
    const timing::BlockPlan plan = timing::plan_block(geometry, config, of.plans);
    timing::require_noise_streams(plan, config, normals(config));
    timing::BlockTiming timing = of.plans.timing(plan, config);
    timing.bound_cycles = timing::ceil_divide(timing.macs, 9 * std::int64_t{config.cores});
    return of.known.emplace(std::pair(config.cores, config.lanes), timing).first->second;
}

}  // namespace quell::study
