// How the DCU cuts one block into strips, tiles and steps, and how much of the machine it uses: everything
// that is decided before the first cycle (docs/timing.md, section 2).
#pragma once

#include "models/denoiser/cancel_order.h"
#include "models/denoiser/geometry.h"
#include "models/timing/cycles.h"

#include <vector>

namespace quell::timing {

// When the lanes work: in a phase of their own, or on one half of the channels while the cores fill the
// other.
enum class LaneMode { own_phase, beside_cores };

// Consecutive output channels.
struct ChannelRange {
    std::int64_t first = 0, count = 0;
};

struct BlockPlan {
    denoiser::Geometry geometry;

    int cores = 1;                 // in use, at most those there are
    std::int64_t tile_pixels = 3;  // 3 * cores: what the cores hold at once
    std::int64_t strip_pixels =
        0;  // of every strip but the last; a multiple of tile_pixels when there are several
    std::int64_t strips = 1;
    std::int64_t lookahead = 0;  // strips that `reduce` runs ahead, for the depthwise halo
    std::int64_t x_slots = 1, bottleneck_slots = 1;  // strips of X and of the bottleneck that are held
    std::int64_t head_channels = 0;                  // channels of one head tile
    std::int64_t activation_words = 0;               // of SRAM that the plan uses

    bool weights_resident = true;  // false: weights stream through two halves of the weight SRAM
    std::vector<ChannelRange> reduce_tiles, depthwise_tiles;   // of weights
    std::vector<ChannelRange> head_tiles;                      // of mean and variance buffers
    std::vector<std::vector<ChannelRange>> head_weight_tiles;  // per head tile

    LaneMode lane_mode = LaneMode::own_phase;
    int lanes = 1;                                  // in use
    int read_words = 0, write_words = 0;            // activation SRAM: words a cycle, all ports together
    int core_read_words = 0, core_write_words = 0;  // those of the cores in 1x1 convolutions
    int lane_read_words = 0, lane_write_words = 0;  // and of the lanes
    int weight_read_words = 0;                      // weights a cycle to the cores

    std::int64_t strip_size(std::int64_t strip) const {
        const std::int64_t left = geometry.pixels() - strip * strip_pixels;
        return left < strip_pixels ? left : strip_pixels;
    }
    denoiser::CancelOrder cancel_order() const { return {strip_pixels, head_channels, lanes}; }
};

// The plan that uses `cores` cores, before a choice of lanes and ports: throws Error when it does not fit in
// the memories. Which plan is best is decided by plan_block (plan_search.h).
BlockPlan plan_strips(const denoiser::Geometry& geometry, const config::DenoiserConfig& config, int cores,
                      LaneMode lane_mode);

// True when plan_strips finds room in the activation SRAM.
bool fits(const denoiser::Geometry& geometry, const config::DenoiserConfig& config, int cores,
          LaneMode lane_mode);

// The fewest bytes of activation SRAM that hold one strip of this block, on one core.
std::int64_t least_activation_bytes(const denoiser::Geometry& geometry);

// The fewest bytes of weight SRAM: two output channels of the widest convolution, or all weights.
std::int64_t least_weight_bytes(const denoiser::Geometry& geometry);

}  // namespace quell::timing
