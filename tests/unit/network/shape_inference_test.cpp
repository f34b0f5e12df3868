#include "models/network/shape_inference.h"

#include "models/network/graph_builder.h"
#include "models/network/graph_statistics.h"
#include "tests/support/catch.h"

using namespace quell;
using namespace quell::network;

namespace {

Shape infer(Operation operation, const std::vector<Shape>& inputs) {
    Node node{"n", std::move(operation), {}, "y", {}};
    std::vector<const Shape*> pointers;
    for (const Shape& shape : inputs) {
        node.inputs.push_back("x" + std::to_string(pointers.size()));
        pointers.push_back(&shape);
    }
    return infer_output_shape(node, pointers);
}

}  // namespace

TEST_CASE("windows: the published sizes of ResNet-18's stem", "[network][shape]") {
    const Window stem{{7, 7}, {2, 2}, {1, 1}, {3, 3, 3, 3}};
    CHECK(infer(Convolution{stem, 1}, {{-1, 3, 224, 224}, {64, 3, 7, 7}}) == Shape{-1, 64, 112, 112});
    const Window pool{{3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}};
    CHECK(infer(MaxPool{pool, false}, {{-1, 64, 112, 112}}) == Shape{-1, 64, 56, 56});
}

TEST_CASE("rounding up drops a last window that begins in the padding", "[network][shape]") {
    // torch.nn.MaxPool2d(2, stride=2, padding=1, ceil_mode=True) on 4 and 5: windows begin at -1, 1, 3 (and
    // 5, which is outside); MaxPool2d(3, 2, ceil_mode=True) on 6: windows at 0, 2, 4 (the last one cut).
    const Window padded{{2, 2}, {2, 2}, {1, 1}, {1, 1, 1, 1}};
    CHECK(window_extent(padded, 0, 4, true) == 3);
    CHECK(window_extent(padded, 0, 5, true) == 3);
    CHECK(window_extent(padded, 0, 5, false) == 3);
    const Window plain{{3, 3}, {2, 2}, {1, 1}, {}};
    CHECK(window_extent(plain, 1, 6, true) == 3);
    CHECK(window_extent(plain, 1, 6, false) == 2);
    CHECK(window_extent(plain, 1, 2, false) == 0);
    const Window dilated{{3, 3}, {1, 1}, {2, 3}, {}};  // reaches 5 high, 7 wide
    CHECK(window_extent(dilated, 0, 9) == 5);
    CHECK(window_extent(dilated, 1, 9) == 3);
}

TEST_CASE("broadcasting is numpy's", "[network][shape]") {
    CHECK(broadcast({8, 1, 6, 1}, {7, 1, 5}) == Shape{8, 7, 6, 5});
    CHECK(broadcast({}, {3}) == Shape{3});
    CHECK(broadcast({-1, 3}, {1, 3}) == Shape{-1, 3});
    CHECK(broadcast({3}, {-1, 1}) == Shape{-1, 3});
    CHECK_THROWS_WITH(broadcast({2, 3}, {3, 2}), "the shapes 2x3 and 3x2 do not match");
    CHECK_THROWS(broadcast({-1, 3}, {5, 3}));
}

TEST_CASE("matrix products", "[network][shape]") {
    CHECK(infer(Gemm{1, 1, true, true}, {{4, -1}, {6, 4}, {6}}) == Shape{-1, 6});
    CHECK(infer(MatMul{}, {{2, 1, 3, 4}, {5, 4, 6}}) == Shape{2, 5, 3, 6});
    CHECK(infer(MatMul{}, {{4}, {4, 6}}) == Shape{6});
    CHECK(infer(MatMul{}, {{-1, 3, 4}, {4}}) == Shape{-1, 3});
    CHECK(infer(MatMul{}, {{4}, {4}}) == Shape{});
    CHECK_THROWS_WITH(infer(Gemm{}, {{2, 3}, {4, 5}}),
                      test::contains("NODE 'n' (Gemm): 3 columns meet 4 rows"));
    CHECK_THROWS(infer(Gemm{}, {{2, 3}, {3, 5}, {2, 4}}));
    CHECK_THROWS(infer(Gemm{}, {{2, 3, 1}, {3, 5}}));
    CHECK_THROWS(infer(MatMul{}, {{2, 3}, {4, 3}}));
}

TEST_CASE("reshapes with a dynamic batch", "[network][shape]") {
    CHECK(infer(Reshape{{0, -1}}, {{-1, 3, 4}}) == Shape{-1, 12});
    CHECK(infer(Reshape{{-1, 12}}, {{-1, 3, 4}}) == Shape{-1, 12});
    CHECK(infer(Reshape{{-1, 6}}, {{-1, 3, 4}}) == Shape{-1, 6});  // two entries per image
    CHECK(infer(Reshape{{2, 0, 2}}, {{4, 3}}) == Shape{2, 3, 2});
    CHECK(infer(Reshape{{}}, {{1, 1}}) == Shape{});
    CHECK_THROWS_WITH(infer(Reshape{{1, 12}}, {{-1, 3, 4}}),
                      "NODE 'n' (Reshape): the input ?x3x4 cannot be reshaped to (1,12)");
    CHECK_THROWS(infer(Reshape{{-1, 5}}, {{-1, 3, 4}}));
    CHECK_THROWS(infer(Reshape{{-1, -1}}, {{2, 3}}));
    CHECK_THROWS(infer(Reshape{{2, 2}}, {{2, 3}}));
    CHECK_THROWS(infer(Reshape{{0, 0, 0}}, {{2, 3}}));
}

TEST_CASE("flattening, transposing, joining, reducing, padding", "[network][shape]") {
    CHECK(infer(Flatten{1}, {{-1, 3, 4}}) == Shape{-1, 12});
    CHECK(infer(Flatten{-1}, {{2, 3, 4}}) == Shape{6, 4});
    CHECK(infer(Flatten{0}, {{2, 3, 4}}) == Shape{1, 24});
    CHECK(infer(Flatten{3}, {{2, 3, 4}}) == Shape{24, 1});
    CHECK_THROWS(infer(Flatten{4}, {{2, 3, 4}}));
    CHECK(infer(Transpose{{}}, {{-1, 3, 4}}) == Shape{4, 3, -1});
    CHECK(infer(Transpose{{0, 2, 1}}, {{-1, 3, 4}}) == Shape{-1, 4, 3});
    CHECK_THROWS(infer(Transpose{{0, 1, 1}}, {{-1, 3, 4}}));
    CHECK(infer(Concat{-2}, {{-1, 3, 4}, {-1, 5, 4}}) == Shape{-1, 8, 4});
    CHECK_THROWS(infer(Concat{1}, {{-1, 3, 4}, {-1, 5, 5}}));
    CHECK(infer(ReduceMean{{}, true}, {{-1, 3, 4}}) == Shape{1, 1, 1});
    CHECK(infer(ReduceMean{{}, false}, {{-1, 3, 4}}) == Shape{});
    CHECK(infer(ReduceMean{{1, -1}, false}, {{-1, 3, 4}}) == Shape{-1});
    CHECK_THROWS(infer(ReduceMean{{1, -2}, false}, {{-1, 3, 4}}));
    CHECK(infer(Pad{{0, 1, -1}, {0, 2, 0}}, {{-1, 3, 4}}) == Shape{-1, 6, 3});
    CHECK_THROWS(infer(Pad{{0, 0, 4}, {0, 0, 0}, PadMode::reflect}, {{-1, 3, 4}}));
    CHECK_THROWS_WITH(infer(Pad{{0, 0, -2}, {0, 0, -2}}, {{-1, 3, 4}}),
                      test::contains("leaves nothing of axis 2"));
    CHECK_THROWS_WITH(infer(Pad{{1, 0, 0}, {0, 0, 0}}, {{-1, 3, 4}}), test::contains("axis 0 is dynamic"));
}

TEST_CASE("what does not fit names the node", "[network][shape]") {
    CHECK_THROWS_WITH(infer(BatchNormalization{}, {{-1, 3}, {3}, {3}, {4}, {3}}),
                      "NODE 'n' (BatchNormalization): the mean needs one value per channel of the input ?x3, "
                      "its shape is 4");
    CHECK_THROWS_WITH(infer(Convolution{Window{{3, 3}}, 1}, {{-1, 3, 8}, {4, 3, 3, 3}}),
                      test::contains("one-dimensional"));
    CHECK_THROWS_WITH(infer(Convolution{}, {{-1, 3, 8, 8}, {4, 3, 1, 1}, {5}}),
                      test::contains("the bias needs the shape 4"));
    CHECK_THROWS_WITH(infer(MaxPool{Window{{2, 2}, {1, 1}, {1, 1}, {2, 0, 0, 0}}}, {{1, 1, 4, 4}}),
                      test::contains("padding 2"));
    CHECK_THROWS(infer(Unary{}, {{-1, 0}}));
    CHECK_THROWS(infer(Unary{}, {{1'000'000, 1'000'000}}));
    // Sizes near the ends of 64 bits do not overflow on the way to the message.
    const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
    CHECK_THROWS(infer(Convolution{Window{{1, 1}, {1, 1}, {huge, huge}}, 1}, {{-1, 3, 8, 8}, {4, 3, 1, 1}}));
    CHECK_THROWS(infer(Pad{{huge}, {huge}}, {{4}}));
    CHECK_THROWS(infer(Reshape{{huge, huge}}, {{4}}));
}

TEST_CASE("the shapes of a whole network, with any batch", "[network][shape]") {
    GraphBuilder net("net");
    auto x = net.input("x", {-1, 3, 8, 8});
    x = net.convolution("conv", x, {.channels = 4, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .bias = true});
    x = net.batch_normalization("bn", x);
    x = net.max_pool("pool", x, {2, 2}, {2, 2});
    const Graph graph = net.build({net.linear("fc", net.flatten("flat", x), 10)});
    CHECK(infer_shapes(graph).at("pool") == Shape{-1, 4, 4, 4});
    CHECK(infer_shapes(graph, 7).at("fc") == Shape{7, 10});
    CHECK_THROWS(infer_shapes(graph, 0));

    const GraphStatistics costs = statistics(graph);
    // conv 4*3*9 + 4, batch norm 2*4, fc 10*64 + 10
    CHECK(costs.parameters == 112 + 8 + 650);
    CHECK(costs.macs == 8 * 8 * 4 * 3 * 9 + 640);
    CHECK(costs.layers[0].convolution == 1);
    CHECK(costs.layers[1].parameters == 8);
    CHECK(costs.layers[0].output == Shape{1, 4, 8, 8});
}

TEST_CASE("the builder refuses what does not fit", "[network][shape]") {
    GraphBuilder net("net");
    const auto x = net.input("x", {-1, 3, 8, 8});
    CHECK_THROWS_WITH(net.convolution("c", x, {.channels = 4, .groups = 2}),
                      test::contains("NODE 'c' (Conv)"));
    CHECK_THROWS_WITH(net.relu("r", "z"), "NODE 'r' (Relu): there is no value 'z' yet");
    net.relu("r", x);
    CHECK_THROWS_WITH(net.relu("r", x), "NODE 'r' (Relu): the name is used already");
    CHECK_THROWS(net.mark("x", "key", "value"));
    CHECK_THROWS(net.build(std::vector<std::string>{"nothing"}));
}

TEST_CASE("graphs are checked and sorted", "[network][graph]") {
    GraphBuilder net("net");
    const auto a = net.relu("a", net.input("x", {-1, 3}));
    Graph graph = net.build({net.sigmoid("b", a)});
    std::swap(graph.nodes[0], graph.nodes[1]);
    CHECK_THROWS_WITH(check(graph), "NODE 'b' (Sigmoid): input 'a' is not computed before it is read");
    sort_topologically(graph);
    CHECK_NOTHROW(check(graph));
    CHECK(graph.nodes[0].name == "a");
    CHECK(producer(graph, "b")->name == "b");
    CHECK(count_uses(graph, "a") == 1);
    graph.nodes[0].inputs[0] = "b";
    CHECK_THROWS_WITH(sort_topologically(graph), test::contains("cycle"));
    graph.nodes[0].inputs[0] = "nothing";
    CHECK_THROWS_WITH(sort_topologically(graph), "NODE 'a' (Relu): nothing computes its input 'nothing'");
}
