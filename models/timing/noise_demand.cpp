#include "models/timing/noise_demand.h"

#include "models/base/error.h"
#include "models/denoiser/noise_lanes.h"

namespace quell::timing {

std::uint64_t normals_per_lane(const BlockPlan& plan) {
    if (!plan.geometry.variance_head) return 0;
    std::uint64_t normals = 0;
    for (std::int64_t strip = 0; strip < plan.strips; ++strip) {
        for (const ChannelRange& tile : plan.head_tiles) {
            normals +=
                static_cast<std::uint64_t>(ceil_divide(tile.count * plan.strip_size(strip), plan.lanes));
        }
    }
    return normals;
}

std::uint64_t normals_there_are(const config::DenoiserConfig& config) {
    return denoiser::NoiseSource(config.lfsr_width, config.lanes, config.normals_per_pair).normals_per_lane();
}

void require_noise_streams(const BlockPlan& plan, const config::DenoiserConfig& config) {
    require_noise_streams(plan, config, normals_there_are(config));
}

void require_noise_streams(const BlockPlan& plan, const config::DenoiserConfig& config, std::uint64_t have) {
    const std::uint64_t needed = normals_per_lane(plan);
    if (needed <= have) return;
    const auto given = [&](int width) {
        config::DenoiserConfig wider = config;
        wider.lfsr_width = width;
        return normals_there_are(wider);
    };
    // 64 bits last for any map: 2^31 elements are the most there are.
    int least = config.lfsr_width + 1;
    while (given(least) < needed) ++least;
    throw Error(
        "denoiser.lfsr_width = {}: too narrow for a {}x{}x{} block, whose lanes take {} normals each where "
        "its streams have {}; at least {} bits are needed",
        config.lfsr_width, plan.geometry.channels, plan.geometry.height, plan.geometry.width, needed, have,
        least);
}

}  // namespace quell::timing
