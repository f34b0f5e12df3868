#include "models/denoiser/fast_block.h"
#include "models/denoiser/golden_block.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <random>

using namespace quell;
using denoiser::Word;

TEST_CASE("the fast block has the golden block's bits", "[denoiser]") {
    std::mt19937 random(20240917);
    const auto pick = [&](int most) { return 1 + static_cast<int>(random() % static_cast<unsigned>(most)); };
    for (int trial = 0; trial < 60; ++trial) {
        config::DenoiserConfig config;
        config.heads = pick(2) == 1 ? config::Heads::full : config::Heads::grouped;
        config.sampling = pick(3) == 1 ? config::Sampling::mean : config::Sampling::stochastic;
        config.bias = pick(2) == 1;
        const auto g = denoiser::make_geometry(pick(40), pick(12), pick(12), config);
        const denoiser::CancelOrder order{pick(static_cast<int>(g.pixels())),
                                          pick(static_cast<int>(g.channels)), pick(7)};
        const denoiser::NoiseSource source(15 + pick(49), 7, pick(2));
        auto weights = denoiser::draw_weights(g, static_cast<std::uint64_t>(trial));
        auto x = denoiser::draw_input(g, static_cast<std::uint64_t>(trial));
        if (trial % 4 == 0) {  // words at the ends of their range, so that everything saturates
            for (Word& word : x) word = word < 0 ? -32768 : 32767;
            for (Word& word : weights.reduce) word = word < 0 ? -32768 : 32767;
            weights.fraction.variance_out = 4;
        }
        const auto golden = denoiser::golden_block(g, weights, 7, source, order, 4711, x);
        std::vector<Word> y(x.size());
        denoiser::FastBlock(g, weights, 7, source, order).run(x, y, 4711);
        INFO("trial " << trial << ": " << g.channels << "x" << g.height << "x" << g.width);
        REQUIRE(y == golden.output);
        // In place as well.
        denoiser::FastBlock(g, weights, 7, source, order).run(x, x, 4711);
        REQUIRE(x == golden.output);
    }
}
