#include "models/timing/plan_search.h"

#include "models/timing/block_timing.h"
#include "models/timing/convolution_units.h"
#include "models/timing/vector_pipeline.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
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

// What a split of the ports means for the cycles of one plan: splits that agree in all of it take the same.
using Rhythm = std::tuple<int, LaneMode, std::array<Cycles, 3>, std::array<Cycles, 3>, int, int>;

Rhythm rhythm(const BlockPlan& plan) {
    const std::int64_t last = plan.strip_size(plan.strips - 1);
    const std::array<std::int64_t, 3> runs{std::min(plan.tile_pixels, plan.strip_size(0)),
                                           plan.strip_size(0) % plan.tile_pixels, last % plan.tile_pixels};
    std::array<Cycles, 3> reads{}, writes{};
    for (std::size_t k = 0; k < runs.size(); ++k) {
        reads[k] = ceil_divide(runs[k], plan.core_read_words);
        writes[k] = ceil_divide(runs[k], plan.core_write_words);
    }
    const LaneUse use = lane_use(plan.lanes, plan.lane_read_words, true);
    return {plan.cores, plan.lane_mode, reads, writes, use.lanes, use.group};
}

// Cycles that a 1x1 convolution on a strip cannot go below: all its loads, streams, or writes.
Cycles pointwise_floor(const BlockPlan& plan, std::int64_t pixels, std::int64_t inputs,
                       std::int64_t outputs) {
    const std::int64_t full = pixels / plan.tile_pixels, rest = pixels % plan.tile_pixels;
    const auto runs = [&](int words) {
        return full * ceil_divide(plan.tile_pixels, words) + ceil_divide(rest, words);
    };
    const Cycles streams = ceil_divide(pixels, plan.tile_pixels) * ceil_divide(inputs, kArrayRows) * outputs;
    return std::max({inputs * runs(plan.core_read_words), streams, outputs * runs(plan.core_write_words)});
}

// Cycles that this plan cannot go below: the steps of the cores follow each other, and so do those of the
// lanes.
Cycles core_floor(const BlockPlan& plan) {
    const denoiser::Geometry& g = plan.geometry;
    const auto of_strip = [&](std::int64_t strip) {
        const std::int64_t pixels = plan.strip_size(strip);
        return pointwise_floor(plan, pixels, g.channels, g.bottleneck) +
               g.heads() * g.groups * pointwise_floor(plan, pixels, g.head_inputs(), g.group_channels());
    };
    return (plan.strips - 1) * of_strip(0) + of_strip(plan.strips - 1);
}

Cycles lane_floor(const BlockPlan& plan) {
    const LaneUse use = lane_use(plan.lanes, plan.lane_read_words, plan.geometry.variance_head);
    const auto of_strip = [&](std::int64_t strip) {
        Cycles cycles = 0;
        for (const ChannelRange& tile : plan.head_tiles)
            cycles += cancel_time(tile.count * plan.strip_size(strip), use, 0).total();
        return cycles;
    };
    return (plan.strips - 1) * of_strip(0) + of_strip(plan.strips - 1);
}

class BestPlan {
public:
    BestPlan(const config::DenoiserConfig& config, PlanMemory& memory) : config_(config), memory_(memory) {}

    void consider(BlockPlan& plan) {
        if (best_ && core_floor(plan) > cycles_) return;
        for (const int lanes : lane_candidates(plan, config_)) {
            plan.lanes = lanes;
            if (best_ && lane_floor(plan) > cycles_) continue;
            if (!tried_.insert(rhythm(plan)).second) continue;  // of equals the first one is taken
            const Cycles cycles = memory_.timing(plan, config_).cycles;
            const auto merit = [](Cycles total, const BlockPlan& p) {
                return std::tuple(total, p.cores, p.lanes);
            };
            if (best_ && merit(cycles, plan) >= merit(cycles_, *best_)) continue;
            best_ = plan;
            cycles_ = cycles;
        }
    }

    // Cycles that no plan with this many cores or fewer can go below: the streams of the convolutions alone.
    bool hopeless(const denoiser::Geometry& g, int cores) const {
        if (!best_) return false;
        const std::int64_t tiles = ceil_divide(g.pixels(), 3 * std::int64_t{cores});
        const Cycles streams =
            tiles * (ceil_divide(g.channels, kArrayRows) * g.bottleneck + 3 * g.bottleneck +
                     g.heads() * ceil_divide(g.head_inputs(), kArrayRows) * g.channels);
        return streams > cycles_;
    }

    const std::optional<BlockPlan>& best() const { return best_; }

private:
    const config::DenoiserConfig& config_;
    PlanMemory& memory_;
    std::optional<BlockPlan> best_;
    Cycles cycles_ = 0;
    std::set<Rhythm> tried_;
};

}  // namespace

const BlockTiming& PlanMemory::timing(const BlockPlan& plan, const config::DenoiserConfig& config) {
    const Key key{plan.cores, plan.lane_mode, plan.lanes, plan.lane_read_words, plan.lane_write_words};
    const auto known = known_.find(key);
    if (known != known_.end()) return known->second;
    UncontendedDma dma(config.dma_bits / 16);
    return known_.emplace(key, run_plan(plan, config, dma)).first->second;
}

BlockPlan plan_block(const denoiser::Geometry& geometry, const config::DenoiserConfig& config) {
    PlanMemory memory;
    return plan_block(geometry, config, memory);
}

BlockPlan plan_block(const denoiser::Geometry& geometry, const config::DenoiserConfig& config,
                     PlanMemory& memory) {
    BestPlan search(config, memory);
    const auto most_cores =
        static_cast<int>(std::min<std::int64_t>(config.cores, ceil_divide(geometry.pixels(), 3)));
    for (int cores = most_cores; cores >= 1 && !search.hopeless(geometry, cores); --cores) {
        if (fits(geometry, config, cores, LaneMode::own_phase)) {
            BlockPlan plan = plan_strips(geometry, config, cores, LaneMode::own_phase);
            search.consider(plan);
        }
        // One channel cannot be halved.
        if (config.schedule != config::Schedule::overlapped || geometry.channels < 2) continue;
        if (search.hopeless(geometry, cores)) continue;
        if (!fits(geometry, config, cores, LaneMode::beside_cores)) continue;
        BlockPlan plan = plan_strips(geometry, config, cores, LaneMode::beside_cores);
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
