#include "models/network/blocks/denoiser_blocks.h"

#include "models/base/error.h"
#include "models/network/builtin/builtin.h"
#include "models/network/executor.h"
#include "models/network/graph_builder.h"
#include "models/network/onnx_export.h"
#include "models/network/onnx_import.h"
#include "tests/support/catch.h"
#include "tests/support/drawn_tensor.h"
#include "tests/support/temporary_folder.h"

#include <cmath>
#include <random>

using namespace quell;
using network::Graph;
using network::PlacedBlock;
using test::drawn;

namespace {

// conv1 -> batch norm -> relu -> conv2, which two nodes read.
Graph sample() {
    std::uint64_t seed = 0;
    network::GraphBuilder b(
        "sample", [&](const network::ParameterRequest& request) { return drawn(request.shape, ++seed); });
    std::string x = b.input("x", {1, 3, 6, 5});
    network::ConvolutionOptions options{8, {3, 3}, {1, 1}, {1, 1, 1, 1}, 1, false, {1, 1}};
    x = b.relu("relu1", b.batch_normalization("bn1", b.convolution("conv1", x, options)));
    const std::string y = b.convolution("conv2", x, {6, {1, 1}, {1, 1}, {}, 1, true, {1, 1}});
    Graph graph = b.build({b.add("sum", y, b.relu("relu2", y))});
    // Variances below zero are none.
    for (auto& [name, tensor] : graph.constants) {
        if (name.find("var") == std::string::npos) continue;
        for (float& value : tensor.values) value = std::fabs(value) + 0.1F;
    }
    return graph;
}

PlacedBlock block(std::int64_t convolution, std::int64_t channels, config::Sampling sampling, bool bias,
                  config::Heads heads = config::Heads::full) {
    config::DenoiserConfig config;
    config.sampling = sampling;
    config.bias = bias;
    config.heads = heads;
    PlacedBlock placed;
    placed.convolution = convolution;
    placed.geometry = denoiser::make_geometry(channels, 1, 1, config);
    placed.geometry.height = placed.geometry.width = 0;
    placed.weights = denoiser::draw_weights(placed.geometry, 5);
    return placed;
}

void check_equal(const PlacedBlock& a, const PlacedBlock& b) {
    CHECK(a.convolution == b.convolution);
    CHECK(a.leaky_shift == b.leaky_shift);
    CHECK(a.geometry.channels == b.geometry.channels);
    CHECK(a.geometry.bottleneck == b.geometry.bottleneck);
    CHECK(a.geometry.groups == b.geometry.groups);
    CHECK(a.geometry.variance_head == b.geometry.variance_head);
    CHECK(a.geometry.bias == b.geometry.bias);
    CHECK(a.weights.reduce == b.weights.reduce);
    CHECK(a.weights.depthwise == b.weights.depthwise);
    CHECK(a.weights.mean == b.weights.mean);
    CHECK(a.weights.variance == b.weights.variance);
    CHECK(a.weights.reduce_bias == b.weights.reduce_bias);
    CHECK(a.weights.variance_bias == b.weights.variance_bias);
    CHECK(a.weights.fraction.variance_out == b.weights.fraction.variance_out);
}

Graph through_a_file(const Graph& graph) {
    const test::TemporaryFolder folder;
    network::export_onnx(graph, folder.file("n.onnx"));
    return network::import_onnx(folder.file("n.onnx"));
}

}  // namespace

TEST_CASE("blocks put into a network and through an ONNX file come out as they were") {
    using config::Heads, config::Sampling;
    for (const auto& [sampling, bias, heads] : {std::tuple{Sampling::stochastic, false, Heads::full},
                                                {Sampling::mean, true, Heads::full},
                                                {Sampling::stochastic, true, Heads::grouped}}) {
        const Graph plain = through_a_file(sample());
        const std::vector<PlacedBlock> blocks{block(1, 8, sampling, bias, heads),
                                              block(2, 6, sampling, bias, heads)};
        Graph graph = through_a_file(network::with_blocks(plain, blocks));
        CHECK(network::has_blocks(graph));
        const std::vector<PlacedBlock> taken = network::take_blocks(graph);
        REQUIRE(taken.size() == 2);
        for (std::size_t i = 0; i < 2; ++i) check_equal(taken[i], blocks[i]);
        CHECK(!network::has_blocks(graph));
        CHECK(graph == plain);
    }
}

TEST_CASE("the operators of a block compute what a block is") {
    // Block 1 stands behind the batch norm, so it changes what relu1 reads: a mean-only block whose mean head
    // is zero but for a bias of 1/2 takes 1/2 away from every element.
    PlacedBlock half = block(1, 8, config::Sampling::mean, true);
    std::fill(half.weights.mean.begin(), half.weights.mean.end(), numeric::Word{0});
    const int bits = half.weights.fraction.depthwise_out + half.weights.fraction.mean_weight;
    std::fill(half.weights.mean_bias.begin(), half.weights.mean_bias.end(), std::int64_t{1} << (bits - 1));
    const Graph blocked = network::with_blocks(sample(), {half});
    Graph shifted = sample();
    for (network::Node& node : shifted.nodes) {
        if (node.name != "bn1") continue;
        for (float& value : shifted.constants.at(node.inputs[2]).values) value -= 0.5F;
    }
    const Tensor<float> image = drawn({1, 3, 6, 5}, 77);
    const auto expected = network::run_once(shifted, {{"x", image}}).begin()->second;
    const auto result = network::run_once(blocked, {{"x", image}}).begin()->second;
    REQUIRE(result.values.size() == expected.values.size());
    for (std::size_t i = 0; i < result.values.size(); ++i)
        CHECK(result.values[i] == Approx(expected.values[i]).margin(1e-5));
}

TEST_CASE("what is no block is refused by one line that names it") {
    const std::vector<PlacedBlock> blocks{block(2, 6, config::Sampling::stochastic, false)};
    const Graph good = network::with_blocks(sample(), blocks);
    const auto broken = [&](const std::function<void(Graph&)>& change, const std::string& message) {
        Graph graph = good;
        change(graph);
        INFO(message);
        CHECK_THROWS_WITH(network::take_blocks(graph), test::contains(message));
    };
    const auto node = [](Graph& graph, const std::string& name) -> network::Node& {
        for (network::Node& candidate : graph.nodes) {
            if (candidate.name == name) return candidate;
        }
        throw std::logic_error(name);
    };
    broken([](Graph& g) { g.metadata.erase("quell.block.2"); }, "'quell.block.2' is missing");
    broken([](Graph& g) { g.metadata["quell.block.2"] = "x=1"; }, "quell.block.2");
    broken([&](Graph& g) { node(g, "block2.mean").metadata["denoiser"] = "two:mean"; }, "block2.mean");
    broken([&](Graph& g) { node(g, "block2.mean").metadata["denoiser"] = "2:variance"; },
           "second 'variance'");
    broken([&](Graph& g) { node(g, "block2.root").metadata.clear(); }, "no 'root'");
    broken([](Graph& g) { g.constants.at("block2.reduce.weight").values[1] = 0.123456F; }, "16-bit words");
    broken(
        [&](Graph& g) { std::get<network::Unary>(node(g, "block2.leaky_relu_1").operation).alpha = 0.01F; },
        "slope of 2^-k");
    broken([&](Graph& g) { node(g, "relu2").inputs[0] = "block2.input"; }, "only a denoiser block may read");
    broken(
        [&](Graph& g) {
            std::get<network::Convolution>(node(g, "block2.depthwise").operation).window.stride = {2, 2};
        },
        "3x3 Conv");
    broken(
        [](Graph& g) {
            for (network::Node& n : g.nodes) {
                const auto mark = n.metadata.find("denoiser");
                if (mark != n.metadata.end()) mark->second = "1" + mark->second.substr(1);
            }
            g.metadata["quell.block.1"] = g.metadata["quell.block.2"];
        },
        "convolution 1");

    CHECK_THROWS_WITH(network::with_blocks(sample(), {block(3, 6, config::Sampling::mean, false)}),
                      test::contains("convolution 3"));
    CHECK_THROWS_WITH(network::with_blocks(good, blocks), test::contains("two blocks"));
}
