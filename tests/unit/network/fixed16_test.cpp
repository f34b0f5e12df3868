#include "models/network/calibration.h"
#include "models/network/fixed16_executor.h"
#include "models/network/fixed16_scales.h"
#include "models/network/graph_builder.h"
#include "models/network/kernels/words.h"
#include "models/numeric/fixed_point.h"
#include "tests/support/catch.h"
#include "tests/unit/network/network_samples.h"

#include <cmath>
#include <random>

using namespace quell;
using namespace quell::network;
using test::one_node;
using test::random_tensor;

TEST_CASE("requantising rounds half up and saturates, as the hardware's words do") {
    const std::vector<double> sums{3, -3, 1, -1, 2, -2, 0, 131070, -131074, 1e12, -1e12};
    std::vector<std::int16_t> words(sums.size());
    kernels::requantise(static_cast<std::int64_t>(sums.size()), sums.data(), 0, 1, -32768, words.data());
    // 1.5 -> 2, -1.5 -> -1, 0.5 -> 1, -0.5 -> 0
    CHECK(words == std::vector<std::int16_t>{2, -1, 1, 0, 1, -1, 0, 32767, -32768, 32767, -32768});
    kernels::requantise(7, sums.data(), 0, 1, 0, words.data());
    CHECK(std::vector<std::int16_t>(words.begin(), words.begin() + 7) ==
          std::vector<std::int16_t>{2, 0, 1, 0, 1, 0, 0});

    std::mt19937_64 generator(1);
    for (int shift = -15; shift <= 47; ++shift) {
        std::uniform_int_distribution<std::int64_t> uniform(-(std::int64_t{1} << 47) + 1,
                                                            (std::int64_t{1} << 47) - 1);
        for (int i = 0; i < 200; ++i) {
            // Of all sizes, so that not all saturate.
            const std::int64_t sum = uniform(generator) >> (i % 47);
            const auto as_double = static_cast<double>(sum);
            std::int16_t word = 0;
            kernels::requantise(1, &as_double, 0, shift, -32768, &word);
            CAPTURE(sum, shift);
            REQUIRE(word == numeric::requantise(sum, shift));
        }
    }
}

TEST_CASE("real numbers to words") {
    CHECK(kernels::quantise(0.5, 0) == 1);
    CHECK(kernels::quantise(-0.5, 0) == 0);
    CHECK(kernels::quantise(1.25, 2) == 5);
    CHECK(kernels::quantise(1e30, 4) == 32767);
    CHECK(kernels::quantise(-1e30, 4) == -32768);
    CHECK(kernels::quantise(std::nan(""), 4) == 0);
}

TEST_CASE("the largest value decides the fraction bits") {
    CHECK(fraction_bits_for(1, 0) == 14);  // 2^14 fits, 2^15 does not
    CHECK(fraction_bits_for(1, 1) == 13);
    CHECK(fraction_bits_for(0.99996, 0) == 15);  // 32766.7
    CHECK(fraction_bits_for(255, 0) == 7);
    CHECK(fraction_bits_for(32767, 0) == 0);
    CHECK(fraction_bits_for(0, 1) == 15);
    CHECK(fraction_bits_for(1e-30, 1) == 24);
}

TEST_CASE("means of words round half up") {
    CHECK(kernels::mean_word(3, 2, 0) == 2);
    CHECK(kernels::mean_word(-3, 2, 0) == -1);
    CHECK(kernels::mean_word(-5, 2, 0) == -2);
    CHECK(kernels::mean_word(7, 3, 0) == 2);
    CHECK(kernels::mean_word(-7, 3, 0) == -2);
    CHECK(kernels::mean_word(-8, 3, 0) == -3);
    CHECK(kernels::mean_word(7, 3, -2) == 9);  // 28 / 3 = 9.33
    CHECK(kernels::mean_word(7, 3, 1) == 1);   // 7 / 6 = 1.17
    CHECK(kernels::mean_word(100000, 1, 0) == 32767);
}

TEST_CASE("sums and products of words of different scales") {
    const auto plan = kernels::plan_broadcast({1}, {1}, {1});
    const auto of = [&](BinaryFunction function, std::int16_t a, std::int16_t b,
                        kernels::BinaryScales scales) {
        std::int16_t y = 0;
        kernels::apply(function, plan, scales, -32768, &a, &b, &y);
        return y;
    };
    using enum BinaryFunction;
    CHECK(of(add, 3, 3, {1, 0, 0}) == 5);   // 1.5 + 3 = 4.5
    CHECK(of(sub, 3, 3, {1, 0, 0}) == -1);  // 1.5 - 3 = -1.5
    CHECK(of(add, 3, 3, {1, 0, 3}) == 36);  // 4.5 with three fraction bits
    CHECK(of(add, 30000, 30000, {4, 4, 4}) == 32767);
    CHECK(of(add, 1, 1, {24, -12, 0}) == 4096);
    CHECK(of(add, -32768, -32768, {14, 0, 0}) == -32768);
    CHECK(of(mul, 3, 5, {1, 1, 1}) == 8);  // 3.75 -> 7.5 halves -> 8
    CHECK(of(mul, -3, 5, {1, 1, 1}) == -7);
    CHECK(of(div, 7, 2, {0, 0, 1}) == 7);
    CHECK(of(div, 1, 0, {0, 0, 0}) == 32767);
    CHECK(of(div, -1, 0, {0, 0, 0}) == -32768);
    CHECK(of(div, 0, 0, {0, 0, 0}) == 0);
}

TEST_CASE("a table holds a function of every word") {
    const auto table = kernels::function_table({UnaryFunction::leaky_relu, 1.0F / 128}, 8, 8);
    for (int word = -32768; word <= 32767; ++word) {
        REQUIRE(table[static_cast<std::size_t>(word + 32768)] ==
                numeric::leaky_relu(static_cast<std::int16_t>(word), 7));
    }
    const auto sigmoid = kernels::function_table({UnaryFunction::sigmoid}, 12, 14);
    CHECK(sigmoid[32768] == 8192);  // 1/2
    CHECK(sigmoid[32768 + 4096] == std::floor(16384 / (1 + std::exp(-1.0)) + 0.5));
}

TEST_CASE("a fixed16 convolution is exact in whole numbers") {
    struct Case {
        Shape x;
        std::int64_t outputs, groups;
        Window window;
    };
    const auto [x_shape, outputs, groups, window] = GENERATE(values<Case>({
        {{1, 3, 9, 8}, 5, 1, {{3, 3}, {2, 1}, {1, 1}, {1, 1, 1, 1}}},
        {{1, 4, 6, 6}, 4, 4, {{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}}},
        {{1, 4, 6, 6}, 8, 4, {{3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}}},
        {{1, 300, 4, 4}, 7, 1, {{1, 1}, {1, 1}, {1, 1}, {}}},
    }));
    const Convolution operation{window, groups};
    const auto weight = random_tensor({outputs, x_shape[1] / groups, window.kernel[0], window.kernel[1]}, 2);
    const auto bias = random_tensor({outputs}, 3);
    const Graph graph =
        one_node(operation, {-1, x_shape[1], x_shape[2], x_shape[3]}, {{"w", weight}, {"b", bias}});
    const Tensor<float> image = random_tensor({x_shape[1], x_shape[2], x_shape[3]}, 1, -3, 3);
    const ValueRanges ranges = measure_ranges(graph, {image});
    const auto y = make_fixed16_executor(graph, ranges)->run(image);

    const int x_bits = fraction_bits_for(ranges.at("x"), 1), y_bits = fraction_bits_for(ranges.at("y"), 1);
    float largest = 0;
    for (const float value : weight.values) largest = std::max(largest, std::fabs(value));
    const int w_bits = fraction_bits_for(largest, 0);
    const auto word = [](double value, int bits) {
        return static_cast<std::int64_t>(std::floor(std::ldexp(value, bits) + 0.5));
    };
    const std::int64_t per_group = outputs / groups, inputs = weight.shape[1];
    std::size_t at = 0;
    for (std::int64_t k = 0; k < outputs; ++k)
        for (std::int64_t oy = 0; oy < y.shape[1]; ++oy)
            for (std::int64_t ox = 0; ox < y.shape[2]; ++ox, ++at) {
                std::int64_t sum = word(bias.data()[k], x_bits + w_bits);
                for (std::int64_t c = 0; c < inputs; ++c)
                    for (std::int64_t ky = 0; ky < weight.shape[2]; ++ky)
                        for (std::int64_t kx = 0; kx < weight.shape[3]; ++kx) {
                            const auto iy = oy * window.stride[0] + ky - window.padding.top;
                            const auto ix = ox * window.stride[1] + kx - window.padding.left;
                            if (iy < 0 || iy >= x_shape[2] || ix < 0 || ix >= x_shape[3]) continue;
                            const auto channel = k / per_group * inputs + c;
                            sum +=
                                word(image.data()[(channel * x_shape[2] + iy) * x_shape[3] + ix], x_bits) *
                                word(weight
                                         .data()[((k * inputs + c) * weight.shape[2] + ky) * weight.shape[3] +
                                                 kx],
                                     w_bits);
                        }
                const double expected =
                    std::ldexp(numeric::requantise(sum, x_bits + w_bits - y_bits), -y_bits);
                CAPTURE(k, oy, ox);
                REQUIRE(static_cast<double>(y.values[at]) == expected);
            }
}

namespace {

// Every kind of node that fixed16 runs, one after the other.
Graph mixed_network() {
    std::uint32_t seed = 10;
    GraphBuilder net("mixed", [&seed](const ParameterRequest& request) {
        const bool positive = request.role == ParameterRole::variance || request.role == ParameterRole::scale;
        return random_tensor(request.shape, ++seed, positive ? 0.5F : -0.5F, positive ? 1.5F : 0.5F);
    });
    using enum UnaryFunction;
    std::string x = net.input("image", {-1, 3, 12, 12});
    x = net.relu6("relu6",
                  net.convolution("conv1", x,
                                  {.channels = 8, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .bias = true}));
    x = net.batch_normalization("bn", x);
    std::string y = net.convolution("depthwise", x,
                                    {.channels = 8, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .groups = 8});
    y = net.unary("swish", y, {hard_swish});
    const auto gate = net.unary("hard", net.global_average_pool("squeeze", y),
                                {.function = hard_sigmoid, .alpha = 0.2F, .beta = 0.5F});
    y = net.mul("gate", y, gate);
    x = net.add("add", x, y);
    x = net.concat("concat", {x, net.sub("sub", x, y)});
    x = net.max_pool("max", x, {2, 2}, {2, 2});
    x = net.average_pool("mean", x, {3, 3}, {1, 1}, {1, 1, 1, 1});
    x = net.pad("pad", x, {.begin = {0, 0, 1, 1}, .end = {0, 0, 1, 1}});
    x = net.leaky_relu("leaky", x, 1.0F / 128);
    x = net.sigmoid("sigmoid", x);
    x = net.flatten("flatten", net.global_average_pool("pool", x));
    x = net.linear("fc", x, 10);
    return net.build(std::vector<std::string>{net.softmax("softmax", x)});
}

class Nothing : public ProductHook {
public:
    void after_product(const ProductSite&, std::span<float>) const override {}
    void after_quantisation(const ProductSite& site, std::span<std::int16_t> words, int bits) const override {
        if (site.node->name != "conv1") return;
        for (const std::int16_t word : words) largest = std::max(largest, std::abs(std::ldexp(word, -bits)));
    }
    mutable double largest = 0;
};

}  // namespace

TEST_CASE("fixed16 stays close to float32 through every kind of node") {
    const Graph graph = mixed_network();
    std::vector<Tensor<float>> images;
    for (std::uint32_t i = 0; i < 8; ++i) images.push_back(random_tensor({3, 12, 12}, 100 + i, -2, 2));
    const auto reference = make_float32_executor(graph);
    const auto ranges = measure_ranges(graph, images);
    const auto fixed = make_fixed16_executor(graph, ranges);
    for (std::uint32_t i = 0; i < 4; ++i) {
        const auto image = random_tensor({3, 12, 12}, 200 + i, -2, 2);
        const auto expected = reference->run(image), y = fixed->run(image);
        REQUIRE(y.shape == expected.shape);
        for (std::size_t k = 0; k < y.values.size(); ++k) {
            CHECK(y.values[k] == Approx(expected.values[k]).margin(2e-3));
            CHECK(y.values[k] != expected.values[k]);  // it is not float32 in disguise
        }
    }
    // The words the hook gets are the product's, in the scale it is told.
    const Nothing nothing;
    fixed->run(images[0], 0, &nothing);
    CHECK(nothing.largest > ranges.at("conv1") / 8);
    CHECK(nothing.largest <= ranges.at("conv1") * 1.001);
}

TEST_CASE("what fixed16 cannot do is refused by node") {
    const Tensor<float> image = random_tensor({2, 4, 4}, 1);
    const Graph dynamic = [] {
        Graph graph = one_node(Convolution{}, {-1, 2, 4, 4});
        graph.constants["c"] = random_tensor({2, 2, 1, 1}, 1);
        graph.nodes[0].inputs.push_back("w");
        graph.nodes.insert(graph.nodes.begin(), Node{"make", Unary{UnaryFunction::relu}, {"c"}, "w", {}});
        return graph;
    }();
    const auto ranges = measure_ranges(dynamic, {image});
    CHECK_THROWS_WITH(make_fixed16_executor(dynamic, ranges),
                      test::contains("'node' (Conv)") && test::contains("float32"));
    CHECK_THROWS_WITH(measure_ranges(dynamic, {}), test::contains("at least one image"));
}
