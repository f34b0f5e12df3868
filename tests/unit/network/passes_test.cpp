#include "models/network/executor.h"
#include "models/network/graph_builder.h"
#include "models/network/passes/fold_batch_normalization.h"
#include "models/network/passes/remove_identities.h"
#include "tests/support/catch.h"

#include <cmath>

using namespace quell;
using namespace quell::network;

namespace {

// Parameters that differ from one another, variances positive.
ParameterSource varied() {
    return [state = 1U](const ParameterRequest& request) mutable {
        Tensor<float> values(request.shape);
        for (float& value : values.values) {
            state = state * 1664525U + 1013904223U;
            value = static_cast<float>(state >> 8U) / 16777216.0F - 0.5F;
            if (request.role == ParameterRole::variance) value += 0.75F;
        }
        return values;
    };
}

Tensor<float> ramp(Shape shape) {
    Tensor<float> values(std::move(shape));
    for (std::size_t i = 0; i < values.values.size(); ++i) values.values[i] = std::sin(static_cast<float>(i));
    return values;
}

void check_same_result(const Graph& a, const Graph& b, const Tensor<float>& x) {
    const auto before = run_once(a, {{"x", x}}), after = run_once(b, {{"x", x}});
    REQUIRE(before.size() == after.size());
    for (const auto& [name, wanted] : before) {
        const Tensor<float>& got = after.at(name);
        REQUIRE(got.shape == wanted.shape);
        for (std::size_t i = 0; i < wanted.values.size(); ++i) {
            CHECK(std::abs(got.values[i] - wanted.values[i]) <= 1e-5 * (1 + std::abs(wanted.values[i])));
        }
    }
}

}  // namespace

TEST_CASE("a batch norm goes into the convolution before it: by hand", "[network][passes]") {
    GraphBuilder net("net");
    const auto x = net.input("x", {-1, 1, 1, 1});
    const auto conv = net.node(
        "conv", Convolution{},
        {x, net.constant("w", Tensor<float>({1, 1, 1, 1}, {3})), net.constant("b", Tensor<float>({1}, {1}))});
    const auto bn = net.node(
        "bn", BatchNormalization{0.5F},
        {conv, net.constant("s", Tensor<float>({1}, {2})), net.constant("o", Tensor<float>({1}, {10})),
         net.constant("m", Tensor<float>({1}, {5})), net.constant("v", Tensor<float>({1}, {15.5F}))});
    net.mark("bn", "note", "kept");
    Graph graph = net.build({bn});
    CHECK(fold_batch_normalization(graph) == 1);
    // factor 2 / sqrt(15.5 + 0.5) = 0.5: weight 1.5, bias (1 - 5) * 0.5 + 10 = 8
    REQUIRE(graph.nodes.size() == 1);
    CHECK(graph.nodes[0].output == "bn");
    CHECK(graph.nodes[0].metadata.at("note") == "kept");
    CHECK(graph.constants.at("w").values[0] == 1.5F);
    CHECK(graph.constants.at("b").values[0] == 8.0F);
    CHECK(graph.constants.size() == 2);
    CHECK_NOTHROW(check(graph));
}

TEST_CASE("folding leaves the network's values as they are", "[network][passes]") {
    GraphBuilder net("net", varied());
    auto x = net.input("x", {-1, 4, 6, 6});
    x = net.convolution("conv1", x, {.channels = 6, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .groups = 2});
    x = net.batch_normalization("bn1", x, 1e-3F);
    x = net.relu("relu", x);
    x = net.convolution("conv2", x, {.channels = 5, .kernel = {1, 1}, .bias = true});
    x = net.batch_normalization("bn2", x);
    x = net.linear("fc", net.flatten("flat", x), 7);
    x = net.batch_normalization("bn3", x);
    const auto columns = net.constant("columns", ramp({7, 3}));
    x = net.node("gemm", Gemm{2, 3, false, false}, {x, columns, net.constant("c", ramp({1, 3}))});
    x = net.batch_normalization("bn4", x);
    const Graph before = net.build({x});
    Graph after = before;
    CHECK(fold_batch_normalization(after) == 4);
    CHECK_NOTHROW(check(after));
    CHECK(after.constants.contains("conv1.bias"));
    check_same_result(before, after, ramp({2, 4, 6, 6}));
    CHECK(fold_batch_normalization(after) == 0);
}

TEST_CASE("batch norms that no product can take stay", "[network][passes]") {
    GraphBuilder net("net", varied());
    auto x = net.input("x", {-1, 4, 3, 3});
    SECTION("before any product") {
        Graph graph = net.build({net.batch_normalization("bn", x)});
        CHECK(fold_batch_normalization(graph) == 0);
        CHECK(graph.nodes.size() == 1);
    }
    SECTION("something else reads the product") {
        const auto conv = net.convolution("conv", x, {.channels = 4});
        Graph graph = net.build({net.add("add", net.batch_normalization("bn", conv), conv)});
        CHECK(fold_batch_normalization(graph) == 0);
    }
    SECTION("the product is an output") {
        const auto conv = net.convolution("conv", x, {.channels = 4});
        Graph graph = net.build(std::vector<std::string>{net.batch_normalization("bn", conv), conv});
        CHECK(fold_batch_normalization(graph) == 0);
    }
    SECTION("a variance that is negative") {
        const auto conv = net.convolution("conv", x, {.channels = 4});
        Graph graph = net.build({net.batch_normalization("bn", conv)});
        graph.constants.at("bn.running_var").values[2] = -1;
        CHECK_THROWS_WITH(fold_batch_normalization(graph),
                          test::contains("NODE 'bn' (BatchNormalization): the variance of channel 2"));
    }
}

TEST_CASE("a weight that two convolutions share is folded for each", "[network][passes]") {
    GraphBuilder net("net", varied());
    const auto x = net.input("x", {-1, 2, 3, 3});
    const auto w = net.constant("w", ramp({2, 2, 1, 1}));
    const auto a = net.batch_normalization("bn_a", net.node("a", Convolution{}, {x, w}));
    const auto b = net.batch_normalization("bn_b", net.node("b", Convolution{}, {x, w}));
    const Graph before = net.build({net.add("sum", a, b)});
    Graph after = before;
    CHECK(fold_batch_normalization(after) == 2);
    CHECK_NOTHROW(check(after));
    check_same_result(before, after, ramp({1, 2, 3, 3}));
}

TEST_CASE("copies are removed", "[network][passes]") {
    const Unary copy{UnaryFunction::identity};
    GraphBuilder net("net", varied());
    const auto x = net.input("x", {-1, 3});
    const auto a = net.unary("a", x, copy);
    const auto b = net.relu("b", net.unary("c", a, copy));
    const auto d = net.unary("d", b, copy);
    const auto e = net.sigmoid("e", b);
    const Graph before = net.build(std::vector<std::string>{d, e});
    Graph after = before;
    CHECK(remove_identities(after) == 3);
    CHECK_NOTHROW(check(after));
    REQUIRE(after.nodes.size() == 2);
    CHECK(after.nodes[0].inputs[0] == "x");
    CHECK(after.nodes[0].output == "d");
    CHECK(after.nodes[1].inputs[0] == "d");
    check_same_result(before, after, ramp({2, 3}));

    GraphBuilder direct("direct");
    Graph only = direct.build({direct.unary("y", direct.input("x", {-1, 3}), copy)});
    CHECK(remove_identities(only) == 0);
}
