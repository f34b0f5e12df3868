#include "models/denoiser/golden_block.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>

using namespace quell;
using denoiser::Word;

namespace {

// A block of one channel on one pixel, whose words can be followed by hand. Fraction bits 12, weights 14.
struct OnePixel {
    denoiser::Geometry geometry;
    denoiser::BlockWeights weights;
    denoiser::NoiseSource source{32, 1, 1};

    explicit OnePixel(config::Sampling sampling) {
        config::DenoiserConfig config;
        config.sampling = sampling;
        geometry = denoiser::make_geometry(1, 1, 1, config);
        weights.reduce = {8192};                              // 0.5
        weights.depthwise = {1, 2, 3, 4, 16384, 6, 7, 8, 9};  // the middle is 1; the others see the border
        weights.mean = {8192};                                // 0.5
        if (sampling == config::Sampling::stochastic) weights.variance = {16384};  // 1
    }

    denoiser::BlockTrace run(Word x) const {
        return denoiser::golden_block(geometry, weights, 7, source, {1, 1, 1}, 12345, std::vector<Word>{x});
    }
};

}  // namespace

TEST_CASE("one pixel, followed by hand", "[denoiser]") {
    const OnePixel block(config::Sampling::mean);
    // 1.0 -> 0.5 -> 0.5 -> mean 0.25, and 1.0 - 0.25 = 0.75.
    CHECK(block.run(4096).output[0] == 3072);
    // -1.0 -> -0.5 = -2048, leaky (-2048 + 64) >> 7 = -16; depthwise -16, leaky (-16 + 64) >> 7 = 0; mean 0.
    const auto negative = block.run(-4096);
    CHECK(negative.reduced[0] == -16);
    CHECK(negative.filtered[0] == 0);
    CHECK(negative.output[0] == -4096);
}

TEST_CASE("one pixel with noise, followed by hand", "[denoiser]") {
    const OnePixel block(config::Sampling::stochastic);
    // Variance 0.5 = 2048; its root is floor(sqrt(2048 * 65536)) = 11585, 14 fraction bits.
    // Lane 0 reads U1 from stream 0 and U2 from stream 1; with one lane stream 1 starts half a cycle on.
    const auto starts = numeric::LfsrStreams(32, 2).starts(12345);
    const Word normal = numeric::BoxMuller(32).first(starts[0], starts[1]);
    // 26 fraction bits everywhere: 1.0 is 4096 << 14, the mean 1024 << 14.
    const std::int64_t sum = (std::int64_t{4096 - 1024} << 14) - std::int64_t{normal} * 11585;
    const auto expected = static_cast<std::int64_t>(std::floor(static_cast<double>(sum) / 16384 + 0.5));
    CHECK(block.run(4096).output[0] == expected);
}

TEST_CASE("the convolutions agree with real arithmetic", "[denoiser]") {
    // An independent double-precision block on drawn words; every requantised tensor may be off by its own
    // rounding and what earlier roundings, at most half a step each, do to it.
    config::DenoiserConfig config;
    config.sampling = config::Sampling::mean;
    config.bias = true;
    const auto g = denoiser::make_geometry(10, 6, 5, config);
    const auto w = denoiser::draw_weights(g, 3);
    auto x = denoiser::draw_input(g, 3);
    for (Word& word : x) word = static_cast<Word>(word / 8);  // far from saturation
    const denoiser::NoiseSource source(32, 1, 1);
    const auto trace = denoiser::golden_block(g, w, 7, source, {30, 10, 1}, 1, x);

    const auto leaky = [](double v) { return v < 0 ? v / 128 : v; };
    const std::int64_t pixels = g.pixels();
    std::vector<double> reduced(static_cast<std::size_t>(g.bottleneck * pixels)), filtered(reduced.size());
    for (std::int64_t b = 0; b < g.bottleneck; ++b) {
        for (std::int64_t p = 0; p < pixels; ++p) {
            double sum = std::ldexp(static_cast<double>(w.reduce_bias[b]), -26);
            for (std::int64_t c = 0; c < g.channels; ++c) {
                sum += std::ldexp(w.reduce[b * g.channels + c], -14) * std::ldexp(x[c * pixels + p], -12);
            }
            reduced[b * pixels + p] = leaky(sum);
        }
    }
    double worst = 0;
    for (std::int64_t b = 0; b < g.bottleneck; ++b) {
        for (std::int64_t row = 0; row < 6; ++row) {
            for (std::int64_t column = 0; column < 5; ++column) {
                double sum = std::ldexp(static_cast<double>(w.depthwise_bias[b]), -26);
                for (int i = -1; i <= 1; ++i) {
                    for (int j = -1; j <= 1; ++j) {
                        if (row + i < 0 || row + i > 5 || column + j < 0 || column + j > 4) continue;
                        sum += std::ldexp(w.depthwise[b * 9 + (i + 1) * 3 + j + 1], -14) *
                               reduced[b * pixels + (row + i) * 5 + column + j];
                    }
                }
                filtered[b * pixels + row * 5 + column] = leaky(sum);
            }
        }
    }
    for (std::int64_t c = 0; c < g.channels; ++c) {
        for (std::int64_t p = 0; p < pixels; ++p) {
            double mean = std::ldexp(static_cast<double>(w.mean_bias[c]), -26);
            for (std::int64_t b = 0; b < g.bottleneck; ++b) {
                mean += std::ldexp(w.mean[c * g.bottleneck + b], -14) * filtered[b * pixels + p];
            }
            const double y = std::ldexp(x[c * pixels + p], -12) - mean;
            worst = std::max(worst, std::abs(std::ldexp(trace.output[c * pixels + p], -12) - y));
        }
    }
    // Half a step of R through gains of at most sqrt(3) * 9/3 and sqrt(3/2) * 2, and so on: below eight
    // steps.
    CHECK(worst < 8.0 / 4096);
    CHECK(worst > 0);  // rounding there must be
}

TEST_CASE("an input of the wrong size is refused", "[denoiser]") {
    const OnePixel block(config::Sampling::mean);
    CHECK_THROWS_WITH(denoiser::golden_block(block.geometry, block.weights, 7, block.source, {1, 1, 1}, 1,
                                             std::vector<Word>(2)),
                      test::contains("2 words"));
}
