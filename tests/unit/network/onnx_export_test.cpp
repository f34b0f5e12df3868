#include "models/network/onnx_export.h"

#include "models/network/graph_builder.h"
#include "models/network/onnx_import.h"
#include "tests/support/catch.h"
#include "tests/support/shared_data.h"

#include <onnx/checker.h>
#include <onnx/onnx_pb.h>

using namespace quell;
using namespace quell::network;

namespace {

onnx::ModelProto checked_model(const Graph& graph) {
    onnx::ModelProto model;
    REQUIRE(model.ParseFromString(export_onnx_bytes(graph)));
    REQUIRE_NOTHROW(onnx::checker::check_model(model));
    return model;
}

// One node of every kind, and every field away from its default.
Graph graph_of_everything() {
    float next = 0;
    GraphBuilder net("everything", [&next](const ParameterRequest& request) {
        Tensor<float> values(request.shape);
        for (float& value : values.values) value = (next += 0.125F);
        return values;
    });
    auto x = net.input("image", {-1, 4, 12, 12});
    x = net.convolution("conv", x,
                        {.channels = 6,
                         .kernel = {3, 2},
                         .stride = {1, 2},
                         .padding = {1, 0, 2, 1},
                         .groups = 2,
                         .bias = true,
                         .dilation = {2, 1}});
    x = net.batch_normalization("bn", x, 1e-3F);
    x = net.leaky_relu("leaky", x, 0.0078125F);
    x = net.unary("hard_sigmoid", x, {UnaryFunction::hard_sigmoid, 0.25F, 0.75F});
    x = net.relu6("relu6", x);
    x = net.unary("above", x, {.function = UnaryFunction::clip, .minimum = -1.0F});
    x = net.unary("below", x, {.function = UnaryFunction::clip, .maximum = 5.0F});
    x = net.unary("unclipped", x, {.function = UnaryFunction::clip});
    x = net.relu("relu", x);
    x = net.sigmoid("sigmoid", x);
    x = net.unary("sqrt", x, {UnaryFunction::sqrt});
    x = net.unary("softplus", x, {UnaryFunction::softplus});
    x = net.unary("round", x, {UnaryFunction::round});
    x = net.unary("copy", x, {UnaryFunction::identity});
    x = net.pad("pad", x, {{0, 0, 1, 2}, {0, 0, -1, 1}, PadMode::reflect, 0});
    x = net.pad("fill", x, {{0, 1, 0, 0}, {0, 1, 0, 0}, PadMode::constant, 2.5F});
    x = net.max_pool("max", x, {3, 2}, {2, 1}, {1, 0, 1, 1}, true);
    x = net.average_pool("average", x, {2, 2}, {1, 1}, {0, 1, 0, 0}, false, true);
    auto noise = net.node("noise", RandomNormalLike{0.5F, 2, 7.0F}, {x});
    x = net.add("add", x, noise);
    x = net.sub("sub", x, net.constant("offset", Tensor<float>({8, 1, 1}, {1, 2, 3, 4, 5, 6, 7, 8})));
    x = net.mul("mul", x, x);
    x = net.div("div", x, net.constant("ten", Tensor<float>({}, {10})));
    x = net.concat("concat", {x, noise});
    auto mean = net.node("mean", ReduceMean{{2, -1}, false}, {x});
    auto pooled = net.global_average_pool("pool", x);
    auto flat = net.flatten("flat", pooled);
    auto turned = net.node("turned", Transpose{{0, 2, 3, 1}}, {pooled});
    auto shaped = net.node("shaped", Reshape{{0, -1}}, {turned});
    auto sum = net.add("sum", net.add("sum1", mean, flat), shaped);
    auto product = net.node("product", MatMul{}, {sum, net.constant("matrix", Tensor<float>({16, 3}))});
    auto gemm =
        net.node("gemm", Gemm{0.5F, 2, false, true},
                 {product, net.constant("g", Tensor<float>({5, 3})), net.constant("c", Tensor<float>({5}))});
    auto logits = net.linear("fc", gemm, 10);
    net.mark("conv", "site", "1");
    net.mark("fc", "note", "a.b = c");
    net.set_metadata("producer.note", "by hand");
    return net.build_named({{"probabilities", net.softmax("softmax", logits, 1)}, {"product_out", product}});
}

}  // namespace

TEST_CASE("a graph comes back equal from its ONNX form, which the ONNX checker accepts", "[network][onnx]") {
    const Graph graph = graph_of_everything();
    const onnx::ModelProto model = checked_model(graph);
    CHECK(model.ir_version() == 7);
    REQUIRE(model.opset_import_size() == 1);
    CHECK(model.opset_import(0).version() == 13);
    CHECK(model.graph().input(0).type().tensor_type().shape().dim(0).dim_param() == "N");
    for (const auto& tensor : model.graph().initializer()) CHECK(tensor.has_raw_data());
    const Graph back = import_onnx_bytes(model.SerializeAsString(), "everything.onnx");
    REQUIRE(back.nodes.size() == graph.nodes.size());
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        INFO(graph.nodes[i].name);
        CHECK((back.nodes[i] == graph.nodes[i]));
    }
    CHECK((back.constants == graph.constants));
    CHECK((back == graph));
}

TEST_CASE("real networks come back equal from their ONNX form", "[network][onnx][data]") {
    for (const char* name : {"models/resnet20_cifar10_bn.onnx", "models/mobilenetv2_1.0_224_imagenet.onnx"}) {
        const auto file = test::shared_data(name);
        if (!file) return;
        const Graph graph = import_onnx(*file);
        CHECK((import_onnx_bytes(checked_model(graph).SerializeAsString(), "back.onnx") == graph));
    }
}

TEST_CASE("a constant that is an output comes back equal", "[network][onnx]") {
    GraphBuilder net("constant");
    net.input("x", {-1, 3});
    const auto y =
        net.unary("copy", net.constant("c", Tensor<float>({2}, {1, 2})), {UnaryFunction::identity});
    const Graph graph = net.build_named({{"y", y}});
    CHECK((import_onnx_bytes(export_onnx_bytes(graph), "constant.onnx") == graph));
}

TEST_CASE("HardSwish needs the opset that has it", "[network][onnx]") {
    GraphBuilder net("swish");
    const Graph graph = net.build({net.unary("swish", net.input("x", {-1, 3}), {UnaryFunction::hard_swish})});
    const onnx::ModelProto model = checked_model(graph);
    CHECK(model.opset_import(0).version() == 14);
    CHECK((import_onnx_bytes(model.SerializeAsString(), "swish.onnx") == graph));
}

TEST_CASE("marks of nodes are the model's metadata", "[network][onnx]") {
    GraphBuilder net("marks");
    net.relu("layer1.0.relu", net.input("x", {-1, 3}));
    net.mark("layer1.0.relu", "denoiser", "1");
    Graph graph = net.build({"layer1.0.relu"});
    const onnx::ModelProto model = checked_model(graph);
    REQUIRE(model.metadata_props_size() == 1);
    CHECK(model.metadata_props(0).key() == "quell.node.layer1.0.relu.denoiser");
    CHECK((import_onnx_bytes(model.SerializeAsString(), "marks.onnx") == graph));
    graph.nodes[0].metadata["a.b"] = "1";
    CHECK_THROWS_WITH(export_onnx_bytes(graph),
                      "NODE 'layer1.0.relu' (Relu): the mark 'a.b' needs a key without a dot");
}

TEST_CASE("a graph that is not well formed is not exported", "[network][onnx]") {
    GraphBuilder net("bad");
    Graph graph = net.build({net.relu("relu", net.input("x", {-1, 3}))});
    SECTION("an input that does not exist") {
        graph.nodes[0].inputs[0] = "y";
        CHECK_THROWS_WITH(export_onnx_bytes(graph), test::contains("NODE 'relu' (Relu): input 'y'"));
    }
    SECTION("no name") {
        graph.name.clear();
        CHECK_THROWS_WITH(export_onnx_bytes(graph), test::contains("needs a name"));
    }
    SECTION("a folder that does not exist") {
        CHECK_THROWS_WITH(export_onnx(graph, "/nowhere/a.onnx"),
                          "/nowhere/a.onnx: cannot be written: No such file or directory");
    }
}
