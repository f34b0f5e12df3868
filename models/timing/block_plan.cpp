#include "models/timing/block_plan.h"

#include "models/base/error.h"

#include <algorithm>
#include <optional>
#include <string>

namespace quell::timing {

namespace {

constexpr std::int64_t kWordBytes = 2;

using config::DenoiserConfig;
using denoiser::Geometry;

// A run of consecutive words meets every bank once before it meets one twice.
int words_a_cycle(int port_words, const config::SramConfig& sram) {
    return std::min(port_words, sram.banks);
}

std::int64_t head_channels(const Geometry& g, LaneMode lane_mode) {
    return lane_mode == LaneMode::beside_cores ? ceil_divide(g.channels, 2) : g.channels;
}

struct StripMemory {
    std::int64_t strips, lookahead, x_slots, bottleneck_slots, words;
};

// Words of activation SRAM for strips of this many pixels. The whole map in one strip needs no halo.
StripMemory strip_memory(const Geometry& g, LaneMode lane_mode, std::int64_t strip_pixels) {
    StripMemory memory{};
    memory.strips = ceil_divide(g.pixels(), strip_pixels);
    memory.lookahead = memory.strips == 1 ? 0 : ceil_divide(g.width + 1, strip_pixels);
    memory.x_slots = std::min(memory.lookahead + 2, memory.strips);
    memory.bottleneck_slots = std::min(2 * memory.lookahead + 1, memory.strips);
    const std::int64_t buffers = lane_mode == LaneMode::beside_cores ? 2 : 1;
    const std::int64_t per_pixel = memory.x_slots * g.channels + memory.bottleneck_slots * g.bottleneck +
                                   g.bottleneck + buffers * g.heads() * head_channels(g, lane_mode);
    memory.words = per_pixel * std::min(strip_pixels, g.pixels());
    return memory;
}

// The largest strip for this many pixels per tile, or nothing.
std::optional<std::int64_t> largest_strip(const Geometry& g, const DenoiserConfig& config,
                                          std::int64_t tile_pixels, LaneMode lane_mode) {
    const std::int64_t capacity = config.activation.bytes / kWordBytes;
    if (strip_memory(g, lane_mode, g.pixels()).words <= capacity) return g.pixels();
    // No strip holds less than two of X, so this is above any that fits.
    const std::int64_t above = std::min(capacity / (2 * g.channels), g.pixels() - 1);
    for (std::int64_t strip = above / tile_pixels * tile_pixels; strip > 0; strip -= tile_pixels) {
        if (strip_memory(g, lane_mode, strip).words <= capacity) return strip;
    }
    return std::nullopt;
}

std::vector<ChannelRange> split(ChannelRange range, std::int64_t most) {
    std::vector<ChannelRange> tiles;
    for (std::int64_t first = range.first; first < range.first + range.count; first += most) {
        tiles.push_back({first, std::min(most, range.first + range.count - first)});
    }
    return tiles;
}

std::string what_would_do(std::int64_t bytes) {
    const bool possible = bytes <= config::kLargestSramBytes;
    return fmt::format("at least {} are needed{}", bytes, possible ? "" : ", more than there can be");
}

}  // namespace

std::int64_t least_activation_bytes(const Geometry& g) {
    std::int64_t least = strip_memory(g, LaneMode::own_phase, g.pixels()).words;
    for (std::int64_t strip = 3; strip < g.pixels(); strip += 3) {
        least = std::min(least, strip_memory(g, LaneMode::own_phase, strip).words);
        if (strip > g.width + 1) break;  // from here on memory grows with the strip
    }
    return least * kWordBytes;
}

std::int64_t least_weight_bytes(const Geometry& g) {
    const std::int64_t bias = g.bias ? denoiser::kBiasWords : 0;
    const std::int64_t widest = std::max({g.channels, std::int64_t{9}, g.head_inputs()}) + bias;
    const std::int64_t resident =
        g.bottleneck * (g.channels + 9 + 2 * bias) + g.heads() * g.channels * (g.head_inputs() + bias);
    return std::min(2 * widest, resident) * kWordBytes;
}

bool fits(const Geometry& geometry, const DenoiserConfig& config, int cores, LaneMode lane_mode) {
    return largest_strip(geometry, config, 3 * static_cast<std::int64_t>(cores), lane_mode).has_value();
}

BlockPlan plan_strips(const Geometry& g, const DenoiserConfig& config, int cores, LaneMode lane_mode) {
    BlockPlan plan;
    plan.geometry = g;
    plan.lane_mode = lane_mode;
    plan.cores = cores;
    plan.tile_pixels = 3 * static_cast<std::int64_t>(cores);
    const std::optional<std::int64_t> strip = largest_strip(g, config, plan.tile_pixels, lane_mode);
    if (!strip) {
        throw Error("denoiser.activation_sram_bytes = {}: too small for one strip of a {}x{}x{} block, {}",
                    config.activation.bytes, g.channels, g.height, g.width,
                    what_would_do(least_activation_bytes(g)));
    }
    const StripMemory memory = strip_memory(g, lane_mode, *strip);
    plan.strip_pixels = *strip;
    plan.strips = memory.strips;
    plan.lookahead = memory.lookahead;
    plan.x_slots = memory.x_slots;
    plan.bottleneck_slots = memory.bottleneck_slots;
    plan.activation_words = memory.words;
    plan.head_channels = head_channels(g, lane_mode);

    // Weights: all of them at once, or output-channel tiles through two halves.
    const std::int64_t bias = g.bias ? denoiser::kBiasWords : 0;
    const std::int64_t capacity = config.weight.bytes / kWordBytes;
    const std::int64_t reduce_words = g.channels + bias, depthwise_words = 9 + bias,
                       head_words = g.head_inputs() + bias;
    plan.weights_resident =
        g.bottleneck * (reduce_words + depthwise_words) + g.heads() * g.channels * head_words <= capacity;
    const std::int64_t half = capacity / 2;
    const std::int64_t most_words = std::max({reduce_words, depthwise_words, head_words});
    if (!plan.weights_resident && half < most_words) {
        throw Error(
            "denoiser.weight_sram_bytes = {}: too small for two output channels of a {}x{}x{} block, {}",
            config.weight.bytes, g.channels, g.height, g.width, what_would_do(least_weight_bytes(g)));
    }
    const auto most_channels = [&](std::int64_t words_per_channel) {
        const std::int64_t by_memory = plan.weights_resident ? capacity : half / words_per_channel;
        return std::max<std::int64_t>(1, by_memory);
    };
    const std::int64_t sums = config.partial_sum_channels;
    plan.reduce_tiles = split({0, g.bottleneck}, std::min(sums, most_channels(reduce_words)));
    plan.depthwise_tiles = split({0, g.bottleneck}, most_channels(depthwise_words));
    plan.head_tiles = split({0, g.channels}, plan.head_channels);
    for (const ChannelRange& tile : plan.head_tiles) {
        plan.head_weight_tiles.push_back(split(tile, std::min(sums, most_channels(head_words))));
    }

    plan.read_words = plan.core_read_words = plan.lane_read_words =
        words_a_cycle(config.activation.read_words, config.activation);
    plan.write_words = plan.core_write_words = plan.lane_write_words =
        words_a_cycle(config.activation.write_words, config.activation);
    plan.weight_read_words = words_a_cycle(config.weight.read_words, config.weight);
    return plan;
}

}  // namespace quell::timing
