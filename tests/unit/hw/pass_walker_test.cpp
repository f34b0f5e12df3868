#include "hw/pass_walker.h"

#include "hw/convolution_sequencer.h"
#include "tests/support/catch.h"
#include "tests/unit/hw/drawn_steps.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

using namespace quell;

namespace {

std::vector<hw::Pass> all_passes(const test::DrawnStep& drawn) {
    hw::PassWalker walker(drawn.plan, drawn.step);
    std::vector<hw::Pass> passes;
    while (const std::optional<hw::Pass> pass = walker.next()) {
        passes.push_back(*pass);
        if (passes.size() > 100'000) FAIL("the walker does not come to an end");
    }
    CHECK_FALSE(walker.next().has_value());
    return passes;
}

// Where the words of a step lie, address by address.
struct Words {
    std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> activations;  // input channel, map pixel
    std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> weights;      // output channel, word of it
    std::map<std::uint32_t, std::int64_t> biases;  // output channel, at its first word
    std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> outputs;  // output channel, strip pixel

    explicit Words(const test::DrawnStep& d) {
        const hw::ConvolutionStep& step = d.step;
        const denoiser::Geometry& g = d.geometry();
        if (d.pointwise()) {
            const std::int64_t channels = step.tensor == hw::WeightTensor::reduce ? g.channels : g.bottleneck;
            for (std::int64_t c = 0; c < channels; ++c) {
                for (std::int64_t p = 0; p < d.size(); ++p) {
                    activations[step.source + static_cast<std::uint32_t>(c * d.size() + p)] = {
                        c, step.strip * d.plan.strip_pixels + p};
                }
            }
        } else {
            // Of the strips in their slots those that a kernel row away can be needed.
            const auto slots = static_cast<std::int64_t>(step.slots.size());
            for (std::int64_t strip = std::max<std::int64_t>(0, step.strip - d.plan.lookahead);
                 strip <= std::min(d.plan.strips - 1, step.strip + d.plan.lookahead); ++strip) {
                const std::int64_t size = d.plan.strip_size(strip);
                for (std::int64_t c = 0; c < g.bottleneck; ++c) {
                    for (std::int64_t p = 0; p < size; ++p) {
                        activations[step.slots[static_cast<std::size_t>(strip % slots)] +
                                    static_cast<std::uint32_t>(c * size + p)] = {
                            c, strip * d.plan.strip_pixels + p};
                    }
                }
            }
        }
        for (const hw::WeightTile& tile : step.tiles) {
            for (std::int64_t o = 0; o < tile.channels.count; ++o) {
                for (std::int64_t w = 0; w < d.weights_per_channel(); ++w) {
                    weights[tile.weights + static_cast<std::uint32_t>(o * d.weights_per_channel() + w)] = {
                        tile.channels.first + o, w};
                }
                biases[tile.biases + static_cast<std::uint32_t>(3 * o)] = tile.channels.first + o;
            }
        }
        const hw::WeightTile& last = step.tiles.back();
        for (std::int64_t o = step.first_channel; o < last.channels.first + last.channels.count; ++o) {
            for (std::int64_t p = 0; p < d.size(); ++p) {
                outputs[step.destination +
                        static_cast<std::uint32_t>((o - step.first_channel) * d.size() + p)] = {o, p};
            }
        }
    }
};

using Product = std::tuple<std::int64_t, std::int64_t, std::int64_t>;  // output channel, word, map pixel

// What the array multiplies in a pass, product by product; fails the test that calls it where a word of the
// activations does not belong to the weight that it meets.
void multiply(const test::DrawnStep& d, const Words& words, const hw::Pass& pass,
              std::multiset<Product>& products) {
    const denoiser::Geometry& g = d.geometry();
    for (std::int64_t o = 0; o < pass.output.outputs; ++o) {
        for (std::uint32_t row = 0; row < pass.weight_words; ++row) {
            const auto [channel, word] =
                words.weights.at(pass.weights + static_cast<std::uint32_t>(o) * pass.weight_stride + row);
            for (std::uint32_t p = 0; p < pass.output.pixels; ++p) {
                const auto [output_channel, strip_pixel] = words.outputs.at(
                    pass.output.address + static_cast<std::uint32_t>(o) * pass.output.stride + p);
                REQUIRE(output_channel == channel);
                const std::int64_t pixel = d.step.strip * d.plan.strip_pixels + strip_pixel;
                if (d.pointwise()) {
                    const std::int64_t group = channel / d.group_channels();
                    const auto& run = *std::find_if(pass.loads.begin(), pass.loads.begin() + pass.load_count,
                                                    [&](const hw::LoadRun& load) { return load.row == row; });
                    REQUIRE(run.count == pass.output.pixels);
                    REQUIRE(run.first == 0);
                    const auto [input, at] = words.activations.at(run.address + p);
                    REQUIRE(input == group * d.inputs() + word);
                    REQUIRE(at == pixel);
                } else {
                    // Word 3k + r of a channel is the tap of kernel row k - 1 and column r - 1.
                    const std::int64_t kernel_row = word / 3 - 1, kernel_column = word % 3 - 1;
                    REQUIRE(kernel_row == pass.tap_row);
                    REQUIRE(word % 3 == row);
                    const std::int64_t y = pixel / g.width + kernel_row, x = pixel % g.width + kernel_column;
                    const bool inside = y >= 0 && y < g.height && x >= 0 && x < g.width;
                    const std::int64_t core = p / 3, column = p % 3;
                    const std::uint16_t mask =
                        hw::zero_mask(pass.tap_pixel + 3 * core, pass.tap_row, g.height, g.width);
                    REQUIRE((mask >> (3 * row + column) & 1) == (inside ? 0 : 1));
                    if (inside) {
                        // The PE takes window position p + row.
                        const auto position = static_cast<std::int64_t>(p + row);
                        const auto run = std::find_if(
                            pass.loads.begin(), pass.loads.begin() + pass.load_count,
                            [&](const hw::LoadRun& load) {
                                return position >= load.first && position < load.first + load.count;
                            });
                        REQUIRE(run != pass.loads.begin() + pass.load_count);
                        const auto [input, at] = words.activations.at(
                            run->address + static_cast<std::uint32_t>(position - run->first));
                        REQUIRE(input == channel);
                        REQUIRE(at == y * g.width + x);
                    }
                }
                products.emplace(channel, word, pixel);
            }
        }
    }
}

}  // namespace

TEST_CASE("the passes of a step make every product once, of the right words") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 400; ++trial) {
        const test::DrawnStep d = test::draw_step(draw, 9, 9);
        INFO("trial " << trial << ": " << d);
        const Words words(d);
        std::multiset<Product> products;
        std::map<std::pair<std::int64_t, std::int64_t>, int> biased;  // output channel, strip pixel
        for (const hw::Pass& pass : all_passes(d)) {
            if (!pass.bias) {
                multiply(d, words, pass, products);
                continue;
            }
            REQUIRE(pass.load_count == 0);
            REQUIRE(pass.weight_words == 3);
            for (std::int64_t o = 0; o < pass.output.outputs; ++o) {
                const std::int64_t channel =
                    words.biases.at(pass.weights + static_cast<std::uint32_t>(o) * pass.weight_stride);
                for (std::uint32_t p = 0; p < pass.output.pixels; ++p) {
                    const auto output = words.outputs.at(
                        pass.output.address + static_cast<std::uint32_t>(o) * pass.output.stride + p);
                    REQUIRE(output.first == channel);
                    ++biased[output];
                }
            }
        }
        // Once each: as many as there are, and no two equal.
        const std::set<Product> distinct(products.begin(), products.end());
        REQUIRE(products.size() == distinct.size());
        REQUIRE(distinct.size() == words.outputs.size() * static_cast<std::size_t>(d.weights_per_channel()));
        REQUIRE(biased.size() == (d.geometry().bias ? words.outputs.size() : 0));
        for (const auto& [output, times] : biased) REQUIRE(times == 1);
    }
}

TEST_CASE("passes come in the order of docs/timing.md: weight tile, group or channel, pixel tile, inputs") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 400; ++trial) {
        const test::DrawnStep d = test::draw_step(draw);
        INFO("trial " << trial << ": " << d);
        const std::vector<hw::Pass> passes = all_passes(d);
        std::size_t at = 0;
        for (const hw::WeightTile& tile : d.step.tiles) {
            const std::size_t tile_begin = at;
            const std::int64_t tile_end = tile.channels.first + tile.channels.count;
            for (std::int64_t channel = tile.channels.first; channel < tile_end;) {
                const std::int64_t group_end = (channel / d.group_channels() + 1) * d.group_channels();
                const std::int64_t outputs = std::min(tile_end, group_end) - channel;
                for (std::int64_t pixel = 0; pixel < d.size(); pixel += d.plan.tile_pixels) {
                    const std::int64_t pixels = std::min(d.plan.tile_pixels, d.size() - pixel);
                    const std::int64_t sums = d.pointwise() ? (d.inputs() + 2) / 3 : 3;
                    const std::int64_t count = sums + (d.geometry().bias ? 1 : 0);
                    for (std::int64_t k = 0; k < count; ++k, ++at) {
                        REQUIRE(at < passes.size());
                        const hw::Pass& pass = passes[at];
                        REQUIRE(pass.first == (k == 0));
                        REQUIRE(pass.last == (k == count - 1));
                        REQUIRE(pass.bias == (d.geometry().bias && k == 0));
                        REQUIRE(pass.tile_number == tile.number);
                        REQUIRE(pass.tile_first == (at == tile_begin));
                        REQUIRE(pass.output.outputs == outputs);
                        REQUIRE(pass.output.pixels == pixels);
                        REQUIRE(pass.output.stride == d.size());
                        REQUIRE(pass.output.address ==
                                d.step.destination + (channel - d.step.first_channel) * d.size() + pixel);
                        const bool tile_last =
                            channel + outputs == tile_end && pixel + pixels == d.size() && k == count - 1;
                        REQUIRE(pass.tile_last == tile_last);
                        if (!pass.bias) {
                            REQUIRE(pass.target ==
                                    (d.pointwise() ? hw::LoadTarget::row : hw::LoadTarget::window));
                        }
                    }
                }
                channel += outputs;
            }
        }
        REQUIRE(at == passes.size());
    }
}

TEST_CASE("a 1x1 map of one channel, by hand") {
    test::DrawnStep d;
    d.plan.geometry = {1, 1, 1, 1, 1, true, false};
    d.plan.cores = 4;
    d.plan.tile_pixels = 12;
    d.plan.strip_pixels = 1;
    d.step.tiles = {{{0, 1}, 70, 80, 0}};
    d.step.source = 5;
    d.step.destination = 9;
    SECTION("pointwise: one product") {
        const std::vector<hw::Pass> passes = all_passes(d);
        REQUIRE(passes.size() == 1);
        const hw::Pass& pass = passes[0];
        CHECK((pass.first && pass.last && pass.tile_first && pass.tile_last && !pass.bias));
        REQUIRE(pass.load_count == 1);
        CHECK(pass.loads[0].address == 5);
        CHECK(pass.loads[0].count == 1);
        CHECK(pass.weights == 70);
        CHECK(pass.weight_words == 1);
        CHECK(pass.output.address == 9);
        CHECK(pass.output.pixels == 1);
    }
    SECTION("depthwise: three kernel rows, of which two meet nothing") {
        d.step.tensor = hw::WeightTensor::depthwise;
        d.step.slots = {40};
        const std::vector<hw::Pass> passes = all_passes(d);
        REQUIRE(passes.size() == 3);
        // In the rows above and below, a map one pixel wide begins right beside the window's middle: the
        // window p - 1 + kW to p + 1 + kW holds the map's one pixel, at its end and at its begin.
        CHECK(passes[0].weights == 70);
        CHECK(passes[1].weights == 73);
        CHECK(passes[2].weights == 76);
        REQUIRE(passes[1].load_count == 1);
        CHECK(passes[1].loads[0].address == 40);
        CHECK(passes[1].loads[0].count == 1);
        CHECK(passes[1].loads[0].first == 1);
        CHECK((hw::zero_mask(0, -1, 1, 1) & 0x49) == 0x49);
        CHECK((hw::zero_mask(0, 0, 1, 1) & 0x49) == 0x41);
        CHECK((hw::zero_mask(0, 1, 1, 1) & 0x49) == 0x49);
    }
}

TEST_CASE("taps outside the map are masked, for every pixel of every small map") {
    for (std::int64_t height = 1; height <= 5; ++height) {
        for (std::int64_t width = 1; width <= 5; ++width) {
            for (std::int64_t pixel = 0; pixel < height * width; ++pixel) {
                for (int kernel_row = -1; kernel_row <= 1; ++kernel_row) {
                    const std::uint16_t mask = hw::zero_mask(pixel, kernel_row, height, width);
                    for (std::int64_t column = 0; column < 3 && pixel + column < height * width; ++column) {
                        const std::int64_t y = (pixel + column) / width, x = (pixel + column) % width;
                        for (std::int64_t row = 0; row < 3; ++row) {
                            const bool inside = y + kernel_row >= 0 && y + kernel_row < height &&
                                                x + row - 1 >= 0 && x + row - 1 < width;
                            INFO(height << "x" << width << ", pixel " << pixel + column << ", tap "
                                        << kernel_row << ", " << row - 1);
                            REQUIRE((mask >> (3 * row + column) & 1) == (inside ? 0 : 1));
                        }
                    }
                }
            }
        }
    }
}
