// A trained block in the hardware's words: the golden block on them beside LibTorch on real numbers.
#include "sw/train/block_words.h"

#include "models/denoiser/golden_block.h"
#include "models/network/graph_builder.h"
#include "sw/train/torch_network.h"
#include "tests/support/catch.h"
#include "tests/unit/train/training_samples.h"

#include <cmath>
#include <limits>

using namespace quell;
using namespace quell::train;

namespace {

RealBlock random_block(config::Sampling sampling, config::Heads heads, bool bias) {
    config::DenoiserConfig config;
    config.sampling = sampling;
    config.heads = heads;
    config.bias = bias;
    RealBlock block = draw_block(1, denoiser::make_geometry(16, 6, 5, config), 7, 3);
    std::uint32_t seed = 70;
    const auto draw = [&](Tensor<float>& tensor, float limit) {
        if (!tensor.values.empty()) tensor = test::random_tensor(tensor.shape, ++seed, -limit, limit);
    };
    draw(block.mean, 0.5F);
    draw(block.variance, 0.5F);
    draw(block.reduce_bias, 0.3F);
    draw(block.depthwise_bias, 0.3F);
    draw(block.mean_bias, 0.3F);
    draw(block.variance_bias, 0.3F);
    return block;
}

// A convolution whose value is the network's input.
network::Graph identity() {
    network::GraphBuilder net("identity", [](const network::ParameterRequest& request) {
        Tensor<float> weight(request.shape);
        for (std::size_t i = 0; i < weight.values.size(); i += 17) weight.values[i] = 1;
        return weight;
    });
    return net.build(
        std::vector<std::string>{net.convolution("conv", net.input("x", {-1, 16, 6, 5}), {.channels = 16})});
}

}  // namespace

TEST_CASE("the golden block on the words is LibTorch's block to within their rounding") {
    for (const auto heads : {config::Heads::full, config::Heads::grouped}) {
        for (const bool bias : {false, true}) {
            INFO("grouped " << (heads == config::Heads::grouped) << ", bias " << bias);
            const RealBlock block = random_block(config::Sampling::mean, heads, bias);
            const Tensor<float> x = test::random_tensor({16, 6, 5}, 9, -3, 3);
            const auto ranges = measure_blocks(identity(), {block}, nullptr, {x});
            const network::PlacedBlock placed = to_words(block, ranges.at(1), 12);
            CHECK(placed.convolution == 1);

            std::vector<denoiser::Word> words;
            for (const float value : x.values)
                words.push_back(static_cast<denoiser::Word>(std::lround(std::ldexp(value, 12))));
            const denoiser::NoiseSource source(32, 4, 1);
            const auto golden =
                denoiser::golden_block(block.geometry, placed.weights, 7, source, {30, 16, 4}, 1, words);

            Tensor<float> batch = x;
            batch.shape.insert(batch.shape.begin(), 1);
            const Tensor<float> expected = TorchNetwork(identity(), {block}).run(batch);
            double worst = 0, changed = 0;
            for (std::size_t i = 0; i < words.size(); ++i) {
                const double y = std::ldexp(static_cast<double>(golden.output[i]), -12);
                worst = std::max(worst, std::fabs(y - static_cast<double>(expected.values[i])));
                changed = std::max(changed, std::fabs(static_cast<double>(expected.values[i] - x.values[i])));
            }
            CHECK(changed > 0.5);  // the block does something
            // Steps of 2^-11 or finer in four tensors, through weights of about one.
            CHECK(worst < 0.004);
        }
    }
}

TEST_CASE("a fresh block changes nothing, and its sampled noise has the deviation of its variance") {
    const Tensor<float> x = test::random_tensor({1, 16, 6, 5}, 9, -3, 3);
    config::DenoiserConfig config;
    config.bias = true;
    RealBlock block = draw_block(1, denoiser::make_geometry(16, 6, 5, config), 7, 3);
    CHECK(TorchNetwork(identity(), {block}).run(x).values == x.values);
    // Heads that give mean 1 and variance 4 everywhere.
    for (float& value : block.mean_bias.values) value = 1;
    for (float& value : block.variance_bias.values) value = 4;
    const TorchNetwork network(identity(), {block});
    double sum = 0, squares = 0, count = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const Tensor<float> y = network.run(x, nullptr, {}, seed);
        for (std::size_t i = 0; i < y.values.size(); ++i) {
            const double z = static_cast<double>(x.values[i]) - static_cast<double>(y.values[i]);
            sum += z;
            squares += z * z;
            ++count;
        }
    }
    // 19,200 numbers of deviation 2: their mean spreads by 0.0144, their deviation by 0.0102.
    CHECK(sum / count == Approx(1).margin(0.07));
    CHECK(std::sqrt(squares / count - sum * sum / count / count) == Approx(2).margin(0.05));
    CHECK(network.run(x, nullptr, {}, 3).values == network.run(x, nullptr, {}, 3).values);
    CHECK(network.run(x, nullptr, {}, 3).values != network.run(x, nullptr, {}, 4).values);
}

TEST_CASE("words have the most fraction bits that hold the weights, and mean what was trained") {
    const RealBlock block = random_block(config::Sampling::stochastic, config::Heads::full, true);
    const network::PlacedBlock placed = to_words(block, {3.0, 0.9, 1.1, 0.3}, 10);
    const denoiser::FractionBits& f = placed.weights.fraction;
    CHECK(f.x == 10);
    // 3 and twice the headroom of 2: 6 2^12 = 24,576 fits, 6 2^13 does not.
    CHECK(f.reduce_out == 12);
    CHECK(f.depthwise_out == 14);
    CHECK(f.mean_out == 13);
    CHECK(f.variance_out % 2 == 0);
    CHECK(f.variance_out == 14);  // 15 would fit, and be odd
    const RealBlock back = to_real(placed);
    const auto close = [](const Tensor<float>& a, const Tensor<float>& b, int bits) {
        REQUIRE(a.shape == b.shape);
        for (std::size_t i = 0; i < a.values.size(); ++i)
            CHECK(std::fabs(a.values[i] - b.values[i]) <= std::ldexp(1.0F, -bits - 1));
    };
    close(block.reduce, back.reduce, f.reduce_weight);
    close(block.depthwise, back.depthwise, f.depthwise_weight);
    close(block.mean, back.mean, f.mean_weight);
    close(block.variance, back.variance, f.variance_weight);
    close(block.mean_bias, back.mean_bias, f.depthwise_out + f.mean_weight);
}

TEST_CASE("weights beyond the words are refused, tiny ones keep to the shifts of the hardware") {
    RealBlock block = random_block(config::Sampling::mean, config::Heads::full, false);
    block.mean.values[2] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH(to_words(block, {1, 1, 1, 1}, 12), test::contains("nan"));
    block = random_block(config::Sampling::mean, config::Heads::full, false);
    for (float& value : block.reduce.values) value *= 1e-9F;
    const auto placed = to_words(block, {1e4, 1, 1, 1}, 24);
    CHECK(placed.weights.fraction.reduce_shift() <= 47);
    CHECK_NOTHROW(denoiser::validate(placed.weights, placed.geometry));
}
