// Convolution steps drawn at random: a map, how it is cut, which of its convolutions, and where its words
// lie. Nothing here comes from the planner: addresses are far apart and ranges are cut anywhere.
#pragma once

#include "hw/pass_walker.h"
#include "tests/unit/hw/drawn_cases.h"

#include <numeric>

namespace quell::test {

struct DrawnStep {
    timing::BlockPlan plan;
    hw::ConvolutionStep step;

    const denoiser::Geometry& geometry() const { return plan.geometry; }
    bool pointwise() const { return step.tensor != hw::WeightTensor::depthwise; }
    std::int64_t size() const { return plan.strip_size(step.strip); }
    std::int64_t inputs() const {
        return step.tensor == hw::WeightTensor::reduce ? geometry().channels
                                                       : geometry().bottleneck / geometry().groups;
    }
    std::int64_t outputs() const {
        return pointwise() && step.tensor != hw::WeightTensor::reduce ? geometry().channels
                                                                      : geometry().bottleneck;
    }
    // Output channels that share their inputs.
    std::int64_t group_channels() const {
        if (!pointwise()) return 1;
        return step.tensor == hw::WeightTensor::reduce ? outputs() : outputs() / geometry().groups;
    }
    std::int64_t weights_per_channel() const { return pointwise() ? inputs() : 9; }
};

inline std::ostream& operator<<(std::ostream& stream, const DrawnStep& drawn) {
    const denoiser::Geometry& g = drawn.geometry();
    return stream << (drawn.pointwise() ? "1x1 convolution" : "depthwise convolution") << " of a map of "
                  << g.channels << "x" << g.height << "x" << g.width << ", bottleneck " << g.bottleneck
                  << ", " << g.groups << " groups" << (g.bias ? ", biases" : "") << "; strip "
                  << drawn.step.strip << " of " << drawn.plan.strips << ", " << drawn.plan.strip_pixels
                  << " pixels, tiles of " << drawn.plan.tile_pixels << ", " << drawn.step.tiles.size()
                  << " weight tiles";
}

inline DrawnStep draw_step(DrawnCases& draw, std::int64_t most_channels = 14, std::int64_t most_side = 13) {
    DrawnStep d;
    denoiser::Geometry& g = d.plan.geometry;
    g.channels = draw.one_in(5) ? 1 : draw.between(1, most_channels);
    g.height = draw.one_in(5) ? 1 : draw.between(1, most_side);
    g.width = draw.one_in(5) ? 1 : draw.between(1, most_side);
    g.bottleneck = draw.between(1, g.channels);
    g.groups = draw.one_in(2) ? 1 : std::gcd(g.bottleneck, g.channels);
    g.bias = draw.one_in(2);

    d.plan.cores = draw.integer(1, 7);
    d.plan.tile_pixels = 3 * d.plan.cores;
    d.plan.strip_pixels = g.pixels();
    const std::int64_t tiles = g.pixels() / d.plan.tile_pixels;
    if (tiles > 1 && !draw.one_in(3)) d.plan.strip_pixels = d.plan.tile_pixels * draw.between(1, tiles - 1);
    d.plan.strips = timing::ceil_divide(g.pixels(), d.plan.strip_pixels);
    d.plan.lookahead = d.plan.strips == 1 ? 0 : timing::ceil_divide(g.width + 1, d.plan.strip_pixels);
    d.plan.bottleneck_slots = std::min(2 * d.plan.lookahead + 1, d.plan.strips);

    hw::ConvolutionStep& step = d.step;
    step.tensor = static_cast<hw::WeightTensor>(draw.between(0, 3));
    step.strip = draw.between(0, d.plan.strips - 1);
    step.source = 10'000;
    step.destination = 5'000'000;
    // A head tile need not begin with channel 0.
    const bool head = step.tensor == hw::WeightTensor::mean || step.tensor == hw::WeightTensor::variance;
    step.first_channel = head && draw.one_in(2) ? draw.between(0, d.outputs() - 1) : 0;
    const std::int64_t end = head ? draw.between(step.first_channel + 1, d.outputs()) : d.outputs();
    for (std::int64_t channel = step.first_channel; channel < end;) {
        hw::WeightTile tile;
        tile.channels = {channel, draw.one_in(2) ? end - channel : draw.between(1, end - channel)};
        tile.number = static_cast<std::int64_t>(step.tiles.size());
        tile.weights = static_cast<std::uint32_t>(20'000 * (2 * tile.number + 1));
        tile.biases = static_cast<std::uint32_t>(20'000 * (2 * tile.number + 2));
        step.tiles.push_back(tile);
        channel += tile.channels.count;
    }
    if (!d.pointwise()) {
        for (std::int64_t slot = 0; slot < d.plan.bottleneck_slots; ++slot) {
            step.slots.push_back(static_cast<std::uint32_t>(1'000'000 + 40'000 * slot));
        }
    }
    return d;
}

}  // namespace quell::test
