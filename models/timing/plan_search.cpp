#include "models/timing/plan_search.h"

#include "models/timing/block_timing.h"
#include "models/timing/convolution_units.h"
#include "models/timing/vector_pipeline.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace quell::timing {

namespace {

// Lanes worth trying: of those that the ports can feed, each that no fewer lanes match on every strip.
std::vector<int> lane_candidates(const BlockPlan& plan, const config::DenoiserConfig& config) {
    const denoiser::Geometry& g = plan.geometry;
    const int most = std::min({config.lanes, plan.lane_read_words, plan.lane_write_words});
    std::vector<int> candidates;
    std::vector<std::pair<Cycles, Cycles>> costs;
    for (int lanes = 1; lanes <= most; ++lanes) {
        const LaneUse use = lane_use(lanes, plan.lane_read_words, g.variance_head);
        const auto cost = [&](std::int64_t strip) {
            Cycles cycles = 0;
            for (const ChannelRange& tile : plan.head_tiles) {
                cycles += cancel_time(tile.count * plan.strip_size(strip), use, 0).total();
            }
            return cycles;
        };
        const std::pair<Cycles, Cycles> mine{cost(0), cost(plan.strips - 1)};
        const bool beaten = std::any_of(costs.begin(), costs.end(), [&](const auto& other) {
            return other.first <= mine.first && other.second <= mine.second;
        });
        if (beaten) continue;
        costs.push_back(mine);
        candidates.push_back(lanes);
    }
    return candidates;
}

class BestPlan {
public:
    explicit BestPlan(const config::DenoiserConfig& config) : config_(config) {}

    void consider(BlockPlan& plan) {
        for (const int lanes : lane_candidates(plan, config_)) {
            plan.lanes = lanes;
            UncontendedDma dma(config_.dma_bits / 16);
            const Cycles cycles = run_plan(plan, config_, dma).cycles;
            const auto merit = [](Cycles total, const BlockPlan& p) {
                return std::tuple(total, p.cores, p.lanes);
            };
            if (best_ && merit(cycles, plan) >= merit(cycles_, *best_)) continue;
            best_ = plan;
            cycles_ = cycles;
        }
    }

    // Cycles that no plan with this many cores can go below: the streams of the convolutions alone.
    bool hopeless(const BlockPlan& plan) const {
        if (!best_) return false;
        const denoiser::Geometry& g = plan.geometry;
        const std::int64_t tiles = ceil_divide(g.pixels(), plan.tile_pixels);
        const Cycles streams =
            tiles * (ceil_divide(g.channels, kArrayRows) * g.bottleneck + 3 * g.bottleneck +
                     g.heads() * ceil_divide(g.head_inputs(), kArrayRows) * g.channels);
        return streams > cycles_;
    }

    const std::optional<BlockPlan>& best() const { return best_; }

private:
    const config::DenoiserConfig& config_;
    std::optional<BlockPlan> best_;
    Cycles cycles_ = 0;
};

}  // namespace

BlockPlan plan_block(const denoiser::Geometry& geometry, const config::DenoiserConfig& config) {
    BestPlan search(config);
    const auto most_cores =
        static_cast<int>(std::min<std::int64_t>(config.cores, ceil_divide(geometry.pixels(), 3)));
    for (int cores = most_cores; cores >= 1; --cores) {
        if (fits(geometry, config, cores, LaneMode::own_phase)) {
            BlockPlan plan = plan_strips(geometry, config, cores, LaneMode::own_phase);
            if (!search.hopeless(plan)) search.consider(plan);
        }
        // One channel cannot be halved.
        if (config.schedule != config::Schedule::overlapped || geometry.channels < 2) continue;
        if (!fits(geometry, config, cores, LaneMode::beside_cores)) continue;
        BlockPlan plan = plan_strips(geometry, config, cores, LaneMode::beside_cores);
        if (search.hopeless(plan)) continue;
        for (plan.lane_write_words = 1; plan.lane_write_words < plan.write_words; ++plan.lane_write_words) {
            plan.core_write_words = plan.write_words - plan.lane_write_words;
            for (plan.lane_read_words = 1; plan.lane_read_words < plan.read_words; ++plan.lane_read_words) {
                plan.core_read_words = plan.read_words - plan.lane_read_words;
                search.consider(plan);
            }
        }
    }
    if (!search.best())
        return plan_strips(geometry, config, 1, LaneMode::own_phase);  // throws, saying what is missing
    return *search.best();
}

}  // namespace quell::timing
