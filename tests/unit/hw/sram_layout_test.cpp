#include "hw/sram_layout.h"

#include "models/denoiser/weight_image.h"
#include "models/timing/block_plan.h"
#include "tests/support/catch.h"
#include "tests/unit/hw/drawn_cases.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <vector>

using namespace quell;
using hw::WeightTensor;

namespace {

struct Case {
    config::DenoiserConfig config;
    timing::BlockPlan plan;
};

// A block and a machine whose memories are just large enough, or a little larger.
Case draw_case(test::DrawnCases& draw) {
    Case c;
    c.config.heads = draw.one_in(2) ? config::Heads::full : config::Heads::grouped;
    c.config.sampling = draw.one_in(3) ? config::Sampling::mean : config::Sampling::stochastic;
    c.config.bias = draw.one_in(2);
    c.config.bottleneck_ratio = std::array{0.25, 0.5, 0.125}[static_cast<std::size_t>(draw.between(0, 2))];
    c.config.partial_sum_channels = draw.integer(1, 24);
    const auto g =
        denoiser::make_geometry(draw.between(1, 48), draw.between(1, 20), draw.between(1, 20), c.config);
    const std::int64_t all = 2 * denoiser::weight_image_words(g);
    c.config.weight.bytes = draw.one_in(3) ? all
                                           : draw.between(timing::least_weight_bytes(g),
                                                          std::max(all, timing::least_weight_bytes(g)));
    const int cores = draw.integer(1, 4);
    const auto mode =
        g.channels >= 2 && draw.one_in(2) ? timing::LaneMode::beside_cores : timing::LaneMode::own_phase;
    c.config.activation.bytes = draw.between(timing::least_activation_bytes(g), 20 * g.elements());
    while (!timing::fits(g, c.config, cores, mode)) c.config.activation.bytes *= 2;
    c.plan = timing::plan_strips(g, c.config, cores, mode);
    return c;
}

std::ostream& operator<<(std::ostream& stream, const Case& c) {
    const denoiser::Geometry& g = c.plan.geometry;
    return stream << g.channels << "x" << g.height << "x" << g.width << ", bottleneck " << g.bottleneck
                  << ", " << g.groups << " groups, " << g.heads() << " heads" << (g.bias ? ", biases" : "")
                  << "; " << c.config.activation.bytes << " bytes for activations, " << c.config.weight.bytes
                  << " for weights; " << c.plan.strips << " strips of " << c.plan.strip_pixels
                  << (c.plan.weights_resident ? "" : ", streamed weights");
}

// A step's weights in the order in which the loop of docs/timing.md, section 6, uses them.
struct Use {
    WeightTensor tensor;
    timing::ChannelRange channels;
};
std::vector<Use> program_order(const timing::BlockPlan& plan) {
    std::vector<Use> uses;
    const auto add = [&uses](WeightTensor tensor, const std::vector<timing::ChannelRange>& tiles) {
        for (const timing::ChannelRange& tile : tiles) uses.push_back({tensor, tile});
    };
    for (std::int64_t j = 0; j < plan.strips + plan.lookahead; ++j) {
        if (j < plan.strips) add(WeightTensor::reduce, plan.reduce_tiles);
        if (j - plan.lookahead < 0) continue;
        add(WeightTensor::depthwise, plan.depthwise_tiles);
        for (const auto& tiles : plan.head_weight_tiles) {
            add(WeightTensor::mean, tiles);
            if (plan.geometry.variance_head) add(WeightTensor::variance, tiles);
        }
    }
    return uses;
}

// Where an output channel's words and its bias lie in the weight image (docs/numerics.md, section 8).
struct ImagePlaces {
    std::map<WeightTensor, std::int64_t> weights, biases, each;
    std::int64_t words = 0;

    explicit ImagePlaces(const denoiser::Geometry& g) {
        const auto add = [&](WeightTensor tensor, std::int64_t channels, std::int64_t words_each) {
            weights[tensor] = words;
            each[tensor] = words_each;
            words += channels * words_each;
            biases[tensor] = words;
            if (g.bias) words += 3 * channels;
        };
        add(WeightTensor::reduce, g.bottleneck, g.channels);
        add(WeightTensor::depthwise, g.bottleneck, 9);
        add(WeightTensor::mean, g.channels, g.bottleneck / g.groups);
        if (g.variance_head) add(WeightTensor::variance, g.channels, g.bottleneck / g.groups);
    }
};

}  // namespace

TEST_CASE("no two tensors share a word of the activation SRAM, and all of them fit") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 400; ++trial) {
        const Case c = draw_case(draw);
        const timing::BlockPlan& plan = c.plan;
        const denoiser::Geometry& g = plan.geometry;
        INFO("trial " << trial << ": " << c);
        const hw::ActivationLayout layout(plan);
        const std::int64_t pixels = std::min(plan.strip_pixels, g.pixels());
        // First words and how many follow, tensor by tensor.
        std::map<std::int64_t, std::int64_t> tensors;
        std::int64_t words = 0;
        const auto place = [&](std::int64_t address, std::int64_t count) {
            REQUIRE(tensors.emplace(address, count).second);
            words += count;
        };
        for (std::int64_t slot = 0; slot < plan.x_slots; ++slot) place(layout.x(slot), g.channels * pixels);
        for (std::int64_t slot = 0; slot < plan.bottleneck_slots; ++slot) {
            place(layout.bottleneck(slot), g.bottleneck * pixels);
        }
        place(layout.filtered(), g.bottleneck * pixels);
        const int buffers = plan.lane_mode == timing::LaneMode::beside_cores ? 2 : 1;
        for (int buffer = 0; buffer < buffers; ++buffer) {
            for (int head = 0; head < g.heads(); ++head) {
                place(layout.head(head, buffer), plan.head_channels * pixels);
            }
        }
        std::int64_t free = 0;
        for (const auto& [address, count] : tensors) {
            REQUIRE(address >= free);
            free = address + count;
        }
        REQUIRE(2 * free <= c.config.activation.bytes);
        // words(S) of docs/timing.md, section 2.
        const std::int64_t a = plan.strips == 1 ? 0 : timing::ceil_divide(g.width + 1, plan.strip_pixels);
        const std::int64_t xs = std::min(a + 2, plan.strips), bs = std::min(2 * a + 1, plan.strips);
        REQUIRE(words == pixels * (xs * g.channels + bs * g.bottleneck + g.bottleneck +
                                   buffers * g.heads() * plan.head_channels));
    }
}

TEST_CASE("strips that are needed at once lie in slots of their own, and keep them") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 400; ++trial) {
        const Case c = draw_case(draw);
        const timing::BlockPlan& plan = c.plan;
        INFO("trial " << trial << ": " << c);
        const hw::ActivationLayout layout(plan);
        for (std::int64_t j = 0; j < plan.strips + plan.lookahead; ++j) {
            const std::int64_t i = j - plan.lookahead;
            // In iteration j: X from the strip that is denoised to the one that comes meanwhile; the
            // bottleneck of all strips that the depthwise convolution of strip i meets.
            std::set<std::uint32_t> slots;
            std::int64_t count = 0;
            for (std::int64_t strip = std::max<std::int64_t>(i, 0); strip <= std::min(j + 1, plan.strips - 1);
                 ++strip, ++count) {
                slots.insert(layout.x(strip));
            }
            REQUIRE(static_cast<std::int64_t>(slots.size()) == count);
            slots.clear();
            count = 0;
            for (std::int64_t strip = std::max<std::int64_t>(i - plan.lookahead, 0);
                 strip <= std::min(j, plan.strips - 1); ++strip, ++count) {
                slots.insert(layout.bottleneck(strip));
            }
            REQUIRE(static_cast<std::int64_t>(slots.size()) == count);
        }
        for (int head = 0; head < plan.geometry.heads(); ++head) {
            const bool two = plan.lane_mode == timing::LaneMode::beside_cores;
            REQUIRE((layout.head(head, 0) == layout.head(head, 1)) == !two);
            REQUIRE(layout.head(head, 7) == layout.head(head, 1));
        }
    }
}

TEST_CASE("the transfers of the weights bring each tile, whole, before it is used, and nothing else") {
    test::DrawnCases draw;
    int streamed = 0;
    for (int trial = 0; trial < 400; ++trial) {
        const Case c = draw_case(draw);
        const timing::BlockPlan& plan = c.plan;
        const denoiser::Geometry& g = plan.geometry;
        INFO("trial " << trial << ": " << c);
        const hw::WeightLayout layout(plan, c.config.weight.bytes / 2);
        const ImagePlaces image(g);
        REQUIRE(image.words == denoiser::weight_image_words(g));
        // What a word of the SRAM is: its place in the image.
        std::vector<std::optional<std::int64_t>> sram(static_cast<std::size_t>(c.config.weight.bytes / 2));
        const auto bring = [&](std::int64_t number) {
            std::int64_t words = 0;
            for (const hw::WeightTransfer& transfer : layout.transfers(number)) {
                for (std::int64_t k = 0; k < transfer.words; ++k) {
                    REQUIRE(transfer.memory_word + k < image.words);
                    sram.at(static_cast<std::size_t>(transfer.address + k)) = transfer.memory_word + k;
                }
                words += transfer.words;
            }
            return words;
        };
        const auto has = [&](const Use& use, const hw::WeightTile& tile) {
            const std::int64_t each = image.each.at(use.tensor);
            REQUIRE(layout.words_per_channel(use.tensor) == each);
            for (std::int64_t k = 0; k < use.channels.count * each; ++k) {
                REQUIRE(sram.at(static_cast<std::size_t>(tile.weights + k)) ==
                        image.weights.at(use.tensor) + use.channels.first * each + k);
            }
            for (std::int64_t k = 0; g.bias && k < 3 * use.channels.count; ++k) {
                REQUIRE(sram.at(static_cast<std::size_t>(tile.biases + k)) ==
                        image.biases.at(use.tensor) + 3 * use.channels.first + k);
            }
        };

        const std::vector<Use> uses = program_order(plan);
        if (plan.weights_resident) {
            // reduce with its biases, then the rest: each word once, where the image has it.
            const std::int64_t words = bring(0);
            REQUIRE(words == image.weights.at(WeightTensor::depthwise));
            REQUIRE(words + bring(1) == image.words);
            REQUIRE(layout.transfers(2).empty());
            for (const Use& use : uses) {
                const hw::WeightTile tile = layout.tile(use.tensor, use.channels, 0);
                REQUIRE(tile.number == (use.tensor == WeightTensor::reduce ? 0 : 1));
                has(use, tile);
            }
            continue;
        }
        ++streamed;
        const auto count = static_cast<std::int64_t>(uses.size());
        bring(0);
        for (std::int64_t k = 0; k < count; ++k) {
            // The next tile comes while this one is used: it spares it.
            const Use& use = uses[static_cast<std::size_t>(k)];
            if (k + 1 < count) {
                const Use& next = uses[static_cast<std::size_t>(k + 1)];
                REQUIRE(bring(k + 1) ==
                        next.channels.count * (image.each.at(next.tensor) + (g.bias ? 3 : 0)));
            }
            const hw::WeightTile tile = layout.tile(use.tensor, use.channels, k);
            REQUIRE(tile.number == k);
            REQUIRE(tile.channels.first == use.channels.first);
            REQUIRE(tile.channels.count == use.channels.count);
            has(use, tile);
        }
        REQUIRE(layout.transfers(count).empty());
    }
    CHECK(streamed > 20);
}
