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

void require_noise_streams(const BlockPlan& plan, const config::DenoiserConfig& config) {
    const std::uint64_t needed = normals_per_lane(plan);
    const auto given = [&](int width) {
        return denoiser::NoiseSource(width, config.lanes, config.normals_per_pair).normals_per_lane();
    };
    const std::uint64_t have = given(config.lfsr_width);
    if (needed <= have) return;
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
