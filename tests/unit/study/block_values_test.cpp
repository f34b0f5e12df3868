// A block inside a network gives the words that the golden block makes of what the network gives it.
#include "sw/study/block_values.h"

#include "models/base/error.h"
#include "models/denoiser/golden_block.h"
#include "models/network/executor_factory.h"
#include "models/network/graph_builder.h"
#include "models/timing/plan_search.h"
#include "tests/support/catch.h"
#include "tests/support/drawn_tensor.h"
#include "tests/support/temporary_folder.h"

#include <cmath>
#include <random>

using namespace quell;
using denoiser::Word;
using test::drawn;

namespace {

// Two convolutions; the network's output is the second one's map, so that its words can be read.
network::Graph two_convolutions() {
    std::uint64_t seed = 0;
    network::GraphBuilder b(
        "two", [&](const network::ParameterRequest& request) { return drawn(request.shape, ++seed); });
    std::string x = b.input("x", {1, 3, 9, 7});
    x = b.relu("r", b.convolution("first", x, {6, {3, 3}, {1, 1}, {1, 1, 1, 1}, 1, true, {1, 1}}));
    return b.build({b.convolution("second", x, {8, {1, 1}, {1, 1}, {}, 1, false, {1, 1}})});
}

std::vector<Word> words_of(const Tensor<float>& values, int fraction_bits) {
    std::vector<Word> words;
    for (const float value : values.values) {
        const double scaled = std::ldexp(static_cast<double>(value), fraction_bits);
        REQUIRE(scaled == std::floor(scaled));
        words.push_back(static_cast<Word>(scaled));
    }
    return words;
}

const Tensor<float> image = drawn({3, 9, 7}, 50);

}  // namespace

TEST_CASE("the block after the last convolution makes of its words what the golden block does") {
    const auto executor = network::make_executor(two_convolutions(), config::Arithmetic::fixed16, {image});
    const config::DenoiserConfig config;
    constexpr std::uint64_t seed = 11;
    constexpr std::int64_t index = 4;
    const study::BlockValues blocks({{2}, "", {}}, config, seed, *executor, nullptr);

    const int bits = executor->product_fraction_bits(2).value();
    const std::vector<Word> clean = words_of(executor->run(image, index), bits);
    const std::vector<Word> denoised = words_of(executor->run(image, index, &blocks), bits);

    const denoiser::Geometry geometry = denoiser::make_geometry(8, 9, 7, config);
    denoiser::BlockWeights weights = denoiser::draw_weights(geometry, seed);
    weights.fraction.x = bits;
    const denoiser::NoiseSource source(config.lfsr_width, config.lanes, config.normals_per_pair);
    const denoiser::BlockTrace golden = denoiser::golden_block(
        geometry, weights, config.leaky_shift, source, timing::plan_block(geometry, config).cancel_order(),
        denoiser::base_seed({seed, index, 2}, config.lfsr_width), clean);
    CHECK(denoised == golden.output);
    CHECK(denoised != clean);
}

TEST_CASE("a block's noise follows from seed, image and convolution") {
    const auto executor = network::make_executor(two_convolutions(), config::Arithmetic::fixed16, {image});
    const auto run = [&](std::uint64_t seed, std::vector<std::int64_t> after, std::int64_t index) {
        test::TemporaryFolder folder;
        // The same weights for every seed: the noise alone may differ.
        const config::DenoiserConfig config;
        for (const auto& [convolution, channels] : {std::pair{1, 6}, std::pair{2, 8}}) {
            const auto geometry = denoiser::make_geometry(channels, 9, 7, config);
            denoiser::write_weights(folder.file("block_" + std::to_string(convolution) + ".npz"),
                                    denoiser::draw_weights(geometry, 1), geometry);
        }
        const study::BlockValues blocks({std::move(after), folder.path(), {}}, config, seed, *executor,
                                        nullptr);
        return executor->run(image, index, &blocks).values;
    };
    const auto reference = run(1, {1, 2}, 0);
    CHECK(reference == run(1, {2, 1}, 0));
    CHECK(reference != run(2, {1, 2}, 0));
    CHECK(reference != run(1, {1, 2}, 1));
    CHECK(reference != run(1, {2}, 0));
}

TEST_CASE("blocks that cannot be are refused by one line") {
    const auto make = [&](config::Arithmetic arithmetic, std::vector<std::int64_t> after,
                          std::string folder) {
        const auto executor = network::make_executor(two_convolutions(), arithmetic, {image});
        return study::BlockValues({std::move(after), std::move(folder), {}}, {}, 1, *executor, nullptr);
    };
    CHECK_THROWS_WITH(make(config::Arithmetic::fixed16, {3}, ""), Catch::Matchers::Contains("convolution 3"));
    CHECK_THROWS_WITH(make(config::Arithmetic::float32, {1}, ""), Catch::Matchers::Contains("fixed16"));
    CHECK_THROWS_WITH(
        make(config::Arithmetic::fixed16, {1}, "/nonexistent"),
        Catch::Matchers::Contains("block after convolution 1") && Catch::Matchers::Contains("block_1.npz"));
}
