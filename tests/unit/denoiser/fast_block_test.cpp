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

TEST_CASE("no bit depends on the number of threads", "[denoiser]") {
    for (const int normals_per_pair : {1, 2}) {
        for (const auto heads : {config::Heads::full, config::Heads::grouped}) {
            config::DenoiserConfig config;
            config.heads = heads;
            config.bias = true;
            const auto g = denoiser::make_geometry(63, 19, 23, config);
            const auto weights = denoiser::draw_weights(g, 5);
            const auto x = denoiser::draw_input(g, 6);
            const denoiser::NoiseSource source(normals_per_pair == 1 ? 32 : 45, 5, normals_per_pair);
            // Strips of 100 pixels are worth it, what is left of 437 is not; tiles that no share ends with.
            const denoiser::CancelOrder order{100, 20, 4};
            const auto golden = denoiser::golden_block(g, weights, 7, source, order, 99, x);
            for (const int threads : {1, 2, 3, 7, 64, 0}) {
                const denoiser::FastBlock block(g, weights, 7, source, order, threads);
                std::vector<Word> y(x.size());
                block.run(x, y, 99);
                INFO(threads << " threads, " << normals_per_pair << " normals a pair");
                REQUIRE(y == golden.output);
                // In strips that are sometimes worth it and sometimes not.
                denoiser::FastBlockStart start(block, x, 99);
                start.reduce(0, 20);
                start.reduce(20, g.pixels());
                for (std::int64_t first = 0; first < g.pixels(); first += 100) {
                    start.denoise(first, std::min(first + 100, g.pixels()), y);
                }
                REQUIRE(y == golden.output);
            }
        }
    }
}

TEST_CASE("strips in turn small and large keep every thread's lanes in step", "[denoiser]") {
    // A tile of three channels and strips of any size: FastBlockStart takes them as they come.
    const config::DenoiserConfig config;
    const auto g = denoiser::make_geometry(64, 16, 16, config);
    const auto weights = denoiser::draw_weights(g, 5);
    const auto x = denoiser::draw_input(g, 6);
    const denoiser::NoiseSource source(32, 3, 1);
    std::vector<Word> one(x.size()), many(x.size());
    for (const int threads : {1, 3}) {
        const denoiser::FastBlock block(g, weights, 7, source, {256, 3, 3}, threads);
        denoiser::FastBlockStart start(block, x, 4711);
        start.reduce(0, g.pixels());
        std::int64_t first = 0;
        for (const std::int64_t size : {10, 100, 7, 90, 49}) {
            start.denoise(first, first + size, threads == 1 ? one : many);
            first += size;
        }
        REQUIRE(first == g.pixels());
    }
    CHECK(one == many);
}
