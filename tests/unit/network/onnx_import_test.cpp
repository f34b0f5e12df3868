#include "models/network/onnx_import.h"

#include "models/network/graph_statistics.h"
#include "models/network/shape_inference.h"
#include "tests/support/catch.h"
#include "tests/support/shared_data.h"
#include "tests/unit/network/onnx_model.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

using namespace quell;
using namespace quell::network;
using quell::test::OnnxModel;

namespace {

Graph import(const OnnxModel& model) {
    return import_onnx_bytes(model.bytes(), "m.onnx");
}

std::string refusal(const OnnxModel& model) {
    try {
        import(model);
    } catch (const Error& error) {
        return error.what();
    }
    return "accepted";
}

// x (N,2,4,4) -> Conv 3 channels 3x3 -> y
OnnxModel convolution_model() {
    OnnxModel model;
    model.input("x", {-1, 2, 4, 4}).output("y");
    model.floats("w", {3, 2, 3, 3}, std::vector<float>(54, 1.0F));
    model.node("Conv", {"x", "w"}, "y", "conv");
    return model;
}

template <typename Operation>
const Operation& operation(const Graph& graph, std::size_t i = 0) {
    return std::get<Operation>(graph.nodes.at(i).operation);
}

}  // namespace

TEST_CASE("a convolution is imported with its window and a dynamic batch", "[network][onnx]") {
    OnnxModel model = convolution_model();
    auto& node = *model.graph().mutable_node(0);
    test::set_integers(node, "pads", {1, 2, 3, 4});
    test::set_integers(node, "strides", {2, 1});
    const Graph graph = import(model);
    REQUIRE(graph.nodes.size() == 1);
    CHECK(graph.nodes[0].name == "conv");
    const auto& convolution = operation<Convolution>(graph);
    CHECK(convolution.window.kernel == Pair{3, 3});
    CHECK(convolution.window.stride == Pair{2, 1});
    CHECK(convolution.window.padding == Padding{1, 2, 3, 4});
    CHECK(graph.inputs[0].shape == Shape{-1, 2, 4, 4});
    // (4 + 1 + 3 - 3) / 2 + 1 = 3; (4 + 2 + 4 - 3) + 1 = 8
    CHECK(graph.outputs[0].shape == Shape{-1, 3, 3, 8});
}

TEST_CASE("a batch may be dynamic in every way a file can say it", "[network][onnx]") {
    OnnxModel model = convolution_model();
    auto& batch =
        *model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(
            0);
    for (const std::int64_t size : {0, -1}) {
        batch.set_dim_value(size);
        CHECK(import(model).inputs[0].shape[0] == -1);
    }
    batch.clear_value();
    CHECK(import(model).inputs[0].shape[0] == -1);
    batch.set_dim_value(5);
    CHECK(import(model).outputs[0].shape == Shape{5, 3, 2, 2});
}

TEST_CASE("automatic padding is resolved", "[network][onnx]") {
    // 4 wide, kernel 3, stride 2: two outputs, (2 - 1) * 2 + 3 - 4 = 1 column to add.
    const auto padding = [](const char* mode) {
        OnnxModel model = convolution_model();
        auto& node = *model.graph().mutable_node(0);
        test::set_integers(node, "strides", {2, 2});
        test::set_text(node, "auto_pad", mode);
        return operation<Convolution>(import(model)).window.padding;
    };
    CHECK(padding("SAME_UPPER") == Padding{0, 0, 1, 1});
    CHECK(padding("SAME_LOWER") == Padding{1, 1, 0, 0});
    CHECK(padding("VALID") == Padding{});
    CHECK(padding("NOTSET") == Padding{});
    CHECK_THROWS_WITH(padding("SAME"), test::contains("auto_pad is 'SAME'"));
}

TEST_CASE("Clip's bounds come as attributes before opset 11, as inputs since", "[network][onnx]") {
    OnnxModel old(10);
    old.input("x", {1, 2}).output("y");
    auto& clip = old.node("Clip", {"x"}, "y");
    test::set_real(clip, "min", 0);
    test::set_real(clip, "max", 6);
    CHECK(operation<Unary>(import(old)).maximum == 6.0F);

    OnnxModel newer(11);
    newer.input("x", {1, 2}).output("y");
    newer.floats("six", {}, {6});
    newer.node("Clip", {"x", "", "six"}, "y");
    const Graph graph = import(newer);
    CHECK_FALSE(operation<Unary>(graph).minimum.has_value());
    CHECK(operation<Unary>(graph).maximum == 6.0F);
    CHECK(graph.nodes[0].inputs == std::vector<std::string>{"x"});
    CHECK(graph.constants.empty());
}

TEST_CASE("Softmax before opset 13 runs over all axes from its own on", "[network][onnx]") {
    OnnxModel model(12);
    model.input("x", {-1, 3, 4}).output("y");
    model.node("Softmax", {"x"}, "y", "soft");
    const Graph graph = import(model);
    REQUIRE(graph.nodes.size() == 3);
    CHECK(operation<Flatten>(graph, 0).axis == 1);
    CHECK(operation<Softmax>(graph, 1).axis == 1);
    CHECK(graph.outputs[0].shape == Shape{-1, 3, 4});
    CHECK(graph.nodes[2].output == "y");
}

TEST_CASE("shape arithmetic with a dynamic batch ends as a plain Reshape", "[network][onnx]") {
    // x.view(x.size(0), -1), as PyTorch exports it.
    OnnxModel model;
    model.input("x", {-1, 3, 4, 4}).output("y");
    model.integers("zero", {0}).clear_dims();
    model.integers("rest", {-1});
    model.integers("axis0", {0});
    model.node("Shape", {"x"}, "shape");
    auto& gather = model.node("Gather", {"shape", "zero"}, "batch");
    test::set_integer(gather, "axis", 0);
    model.node("Unsqueeze", {"batch", "axis0"}, "batch_list");
    auto& concat = model.node("Concat", {"batch_list", "rest"}, "target");
    test::set_integer(concat, "axis", 0);
    model.node("Reshape", {"x", "target"}, "y", "view");
    const Graph graph = import(model);
    REQUIRE(graph.nodes.size() == 1);
    CHECK(operation<Reshape>(graph).target == Shape{0, -1});
    CHECK(graph.outputs[0].shape == Shape{-1, 48});
    CHECK(graph.constants.empty());
}

TEST_CASE("a multiple of the batch in a Reshape's target is inferred", "[network][onnx]") {
    // (N,6,4,4) -> (N * 2, 3, 16): the target is computed as [N * 2, 3, 16].
    OnnxModel model;
    model.input("x", {-1, 6, 4, 4}).output("y");
    model.integers("first", {0});
    model.integers("one", {1});
    model.integers("two", {2});
    model.integers("tail", {3, -1});
    model.node("Shape", {"x"}, "shape");
    model.node("Slice", {"shape", "first", "one"}, "batch");
    model.node("Mul", {"batch", "two"}, "twice");
    test::set_integer(model.node("Concat", {"twice", "tail"}, "target"), "axis", 0);
    model.node("Reshape", {"x", "target"}, "y");
    const Graph graph = import(model);
    CHECK(operation<Reshape>(graph).target == Shape{-1, 3, 16});
    CHECK(infer_shapes(graph, 5).at("y") == Shape{10, 3, 16});
}

TEST_CASE("Squeeze and Unsqueeze of maps become Reshapes", "[network][onnx]") {
    OnnxModel model;
    model.input("x", {-1, 7, 1, 1}).output("y");
    model.integers("axes", {2, 3});
    model.node("Squeeze", {"x", "axes"}, "s");
    model.node("Unsqueeze", {"s", "axes"}, "y");
    const Graph graph = import(model);
    CHECK(operation<Reshape>(graph, 0).target == Shape{0, 7});
    CHECK(operation<Reshape>(graph, 1).target == Shape{0, 7, 1, 1});
}

TEST_CASE("operations on weights are computed at import", "[network][onnx]") {
    OnnxModel model;
    model.input("x", {-1, 2}).output("y");
    model.floats("a", {2, 3}, {1, 2, 3, 4, 5, 6});
    model.floats("b", {2, 1}, {10, 100});
    model.node("Mul", {"a", "b"}, "scaled");
    test::set_integers(model.node("Transpose", {"scaled"}, "turned"), "perm", {1, 0});
    test::set_integer(model.node("Gemm", {"x", "turned"}, "y"), "transB", 1);
    const Graph graph = import(model);
    REQUIRE(graph.nodes.size() == 1);
    CHECK(graph.constants.at("turned") == Tensor<float>({3, 2}, {10, 400, 20, 500, 30, 600}));
    CHECK(graph.constants.size() == 1);
}

TEST_CASE("weights of 16 and 64 bits are converted", "[network][onnx]") {
    OnnxModel model;
    model.input("x", {1, 4}).output("y");
    auto& half = model.floats("w", {4}, {});
    half.set_data_type(onnx::TensorProto::FLOAT16);
    // 1.0, -2.0, the largest half 65504, the smallest subnormal 2^-24
    const std::uint16_t bits[] = {0x3C00, 0xC000, 0x7BFF, 0x0001};
    half.set_raw_data(bits, sizeof(bits));
    model.node("Add", {"x", "w"}, "y");
    CHECK(import(model).constants.at("w").values == std::vector<float>{1.0F, -2.0F, 65504.0F, 0x1p-24F});

    half.set_data_type(onnx::TensorProto::DOUBLE);
    const double doubles[] = {0.1, 1, 2, 3};
    half.set_raw_data(doubles, sizeof(doubles));
    CHECK(import(model).constants.at("w").values[0] == 0.1F);
}

TEST_CASE("initialisers may be listed as inputs, and unused ones are dropped", "[network][onnx]") {
    OnnxModel model = convolution_model();
    model.input("w", {3, 2, 3, 3});
    model.floats("never", {1}, {1});
    const Graph graph = import(model);
    CHECK(graph.inputs.size() == 1);
    CHECK(graph.constants.size() == 1);
}

TEST_CASE("nodes are sorted and named where the file does not", "[network][onnx]") {
    OnnxModel model;
    model.input("x", {1, 2}).output("z");
    model.node("Relu", {"y"}, "z", "last");
    model.node("Sigmoid", {"x"}, "y");
    const Graph graph = import(model);
    CHECK(graph.nodes[0].output == "y");
    CHECK(graph.nodes[0].name == "Sigmoid_1");
    CHECK(graph.nodes[1].name == "last");
}

TEST_CASE("an output that is a constant is copied by a node", "[network][onnx]") {
    OnnxModel model;
    model.input("x", {1}).output("y").output("z");
    model.node("Relu", {"x"}, "z");
    auto& attribute = *model.node("Constant", {}, "y").add_attribute();
    attribute.set_name("value_floats");
    attribute.set_type(onnx::AttributeProto::FLOATS);
    attribute.add_floats(3);
    const Graph graph = import(model);
    REQUIRE(producer(graph, "y") != nullptr);
    CHECK(operator_name(producer(graph, "y")->operation) == "Identity");
    CHECK(graph.constants.begin()->second.values == std::vector<float>{3});
}

TEST_CASE("an unused mask of Dropout does no harm, a used one is refused", "[network][onnx]") {
    OnnxModel model(10);
    model.input("x", {1, 2}).output("y");
    model.node("Dropout", {"x"}, "y", "drop").add_output("mask");
    CHECK(import(model).nodes.size() == 1);
    model.output("mask");
    CHECK(refusal(model) == "m.onnx: NODE 'drop' (Dropout): output 2 ('mask', the mask) is not supported");
}

TEST_CASE("what cannot be represented is refused by file, node and operator", "[network][onnx]") {
    OnnxModel model;
    model.input("x", {1, 2, 4, 4}).output("y");
    auto& node = model.node("Foo", {"x"}, "y", "x");
    CHECK(refusal(model) == "m.onnx: NODE 'x' (Foo): operator Foo is not supported");

    SECTION("another domain") {
        node.set_op_type("Relu");
        node.set_domain("com.example");
        CHECK(refusal(model) == "m.onnx: NODE 'x' (Relu): operator Relu of com.example is not supported");
    }
    SECTION("an attribute of a wrong type") {
        node.set_op_type("LeakyRelu");
        test::set_integer(node, "alpha", 1);
        CHECK_THAT(refusal(model),
                   test::contains("NODE 'x' (LeakyRelu): attribute 'alpha' is of the wrong type"));
    }
    SECTION("an unknown attribute") {
        node.set_op_type("Relu");
        test::set_integer(node, "beta", 1);
        CHECK_THAT(refusal(model), test::contains("attribute 'beta' is not known"));
    }
    SECTION("an attribute given twice") {
        node.set_op_type("LeakyRelu");
        test::set_real(node, "alpha", 1);
        test::set_real(node, "alpha", 2);
        CHECK_THAT(refusal(model), test::contains("attribute 'alpha' is given twice"));
    }
    SECTION("a missing value") {
        node.set_op_type("Relu");
        node.set_input(0, "nothing");
        CHECK(refusal(model) == "m.onnx: NODE 'x' (Relu): nothing computes its input 'nothing'");
    }
    SECTION("a cycle") {
        node.set_op_type("Relu");
        node.set_input(0, "z");
        model.node("Relu", {"y"}, "z", "back");
        CHECK_THAT(refusal(model), test::contains("NODE 'x' (Relu): the network has a cycle"));
    }
    SECTION("two nodes with one output") {
        node.set_op_type("Relu");
        model.node("Relu", {"x"}, "y", "twin");
        CHECK(refusal(model) == "m.onnx: NODE 'twin' (Relu): output 'y' exists already");
    }
    SECTION("a missing output") {
        node.set_op_type("Relu");
        model.output("z");
        CHECK(refusal(model) == "m.onnx: OUTPUT 'z': nothing computes it");
    }
    SECTION("a target shape that is not a constant") {
        node.set_op_type("Reshape");
        node.add_input("x");
        CHECK_THAT(refusal(model),
                   test::contains("has to hold integers") || test::contains("has to be a constant"));
    }
    SECTION("training") {
        node.set_op_type("Dropout");
        node.add_input("");
        node.add_input("on");
        auto& on = model.integers("on", {1});
        on.clear_int64_data();
        on.clear_dims();
        on.set_data_type(onnx::TensorProto::BOOL);
        on.add_int32_data(1);
        CHECK_THAT(refusal(model), test::contains("training mode is not supported"));
    }
    SECTION("maxima's places") {
        node.set_op_type("MaxPool");
        test::set_integers(node, "kernel_shape", {2, 2});
        node.add_output("places");
        model.output("places");
        CHECK_THAT(refusal(model), test::contains("the indices of the maxima"));
    }
}

TEST_CASE("convolutions that do not fit are refused", "[network][onnx]") {
    OnnxModel model = convolution_model();
    auto& node = *model.graph().mutable_node(0);
    auto& weight = *model.graph().mutable_initializer(0);
    auto& shape = *model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
    SECTION("channels") {
        shape.mutable_dim(1)->set_dim_value(4);
        CHECK_THAT(refusal(model),
                   test::contains("m.onnx: NODE 'conv' (Conv): the weight 3x2x3x3 needs 2 input channels"));
    }
    SECTION("one dimension") {
        shape.mutable_dim()->RemoveLast();
        CHECK_THAT(refusal(model), test::contains("NODE 'conv' (Conv): the input ?x2x4 is one-dimensional"));
    }
    SECTION("three dimensions") {
        shape.add_dim()->set_dim_value(4);
        CHECK_THAT(refusal(model), test::contains("is three-dimensional"));
    }
    SECTION("a kernel larger than the map") {
        shape.mutable_dim(2)->set_dim_value(2);
        CHECK_THAT(refusal(model), test::contains("larger than the padded input ?x2x2x4"));
    }
    SECTION("a stride of zero") {
        test::set_integers(node, "strides", {0, 1});
        CHECK_THAT(refusal(model), test::contains("strides is 0"));
    }
    SECTION("a negative pad") {
        test::set_integers(node, "pads", {0, 0, -1, 0});
        CHECK_THAT(refusal(model), test::contains("a pad is -1"));
    }
    SECTION("groups") {
        test::set_integer(node, "group", 2);
        CHECK_THAT(refusal(model), test::contains("in 2 groups"));
    }
    SECTION("kernel_shape") {
        test::set_integers(node, "kernel_shape", {3, 5});
        CHECK_THAT(refusal(model), test::contains("kernel_shape is 3x5"));
    }
    SECTION("weights that are missing") {
        model.graph().clear_initializer();
        CHECK(refusal(model) == "m.onnx: NODE 'conv' (Conv): nothing computes its input 'w'");
    }
    SECTION("weights of integers") {
        weight.clear_float_data();
        weight.set_data_type(onnx::TensorProto::INT8);
        weight.set_raw_data(std::string(54, '\1'));
        CHECK_THAT(refusal(model), test::contains("input 2 ('w') holds integers"));
    }
    SECTION("too few weights") {
        weight.mutable_float_data()->RemoveLast();
        CHECK(refusal(model) == "m.onnx: INITIALISER 'w': 54 values are needed, 53 are stored");
    }
    SECTION("raw data of the wrong length") {
        weight.clear_float_data();
        weight.set_raw_data(std::string(215, '\0'));
        CHECK(refusal(model) ==
              "m.onnx: INITIALISER 'w': shape 3x2x3x3 of FLOAT needs 216 bytes, 215 are stored");
    }
    SECTION("a shape of 10^12 elements") {
        weight.set_dims(0, 1'000'000'000'000);
        CHECK_THAT(refusal(model),
                   test::contains("INITIALISER 'w': shape 1000000000000x2x3x3 has more than"));
    }
    SECTION("a negative size") {
        weight.set_dims(0, -3);
        CHECK_THAT(refusal(model), test::contains("INITIALISER 'w'"));
    }
    SECTION("no weights at all") {
        weight.set_dims(0, 0);
        weight.clear_float_data();
        CHECK_THAT(refusal(model), test::contains("NODE 'conv' (Conv)"));
    }
    SECTION("an input without elements") {
        shape.mutable_dim(2)->set_dim_value(0);
        CHECK(refusal(model) ==
              "m.onnx: INPUT 'x': axis 2 has no fixed size; only the first, the batch, may be dynamic");
    }
    SECTION("an input of 10^12 elements") {
        shape.mutable_dim(2)->set_dim_value(1'000'000'000'000);
        CHECK_THAT(refusal(model), test::contains("more than"));
    }
}

TEST_CASE("constants of 10^12 elements are not made", "[network][onnx]") {
    OnnxModel model;
    model.input("x", {1, 2}).output("y");
    model.integers("shape", {1'000'000, 1'000'000});
    model.node("ConstantOfShape", {"shape"}, "huge", "fill");
    model.node("Add", {"x", "huge"}, "y");
    CHECK_THAT(refusal(model),
               test::contains("m.onnx: NODE 'fill' (ConstantOfShape): shape 1000000x1000000 has more than"));
}

TEST_CASE("opsets 7 to 17 are read", "[network][onnx]") {
    for (std::int64_t opset = 7; opset <= 17; ++opset) {
        OnnxModel model(opset);
        model.input("x", {1, 2}).output("y");
        model.node("Relu", {"x"}, "y");
        CHECK(import(model).nodes.size() == 1);
    }
    CHECK(refusal(OnnxModel(6)) == "m.onnx: opset 6 is not supported, 7 to 17 are");
    CHECK(refusal(OnnxModel(18)) == "m.onnx: opset 18 is not supported, 7 to 17 are");
    OnnxModel none;
    none.model.clear_opset_import();
    CHECK(refusal(none) == "m.onnx: the model names no opset of the ONNX operators");
}

TEST_CASE("inputs that are no floating-point tensors are refused", "[network][onnx]") {
    OnnxModel model;
    model.input("x", {1, 2}, onnx::TensorProto::INT64).output("y");
    model.node("Relu", {"x"}, "y");
    CHECK(refusal(model) == "m.onnx: INPUT 'x': it holds INT64, only floating point is supported");
}

TEST_CASE("files that are cut short, no ONNX, missing or folders are refused", "[network][onnx]") {
    const std::string whole = convolution_model().bytes();
    int refused = 0;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        try {
            import_onnx_bytes(std::string_view(whole).substr(0, length), "cut.onnx");
        } catch (const Error&) {
            ++refused;
        }
    }
    // A cut between two fields of the message can leave a smaller, complete model, but never one with its
    // graph.
    CHECK(refused >= static_cast<int>(whole.size()) - 12);
    CHECK_THROWS_WITH(import_onnx_bytes("PK\x03\x04 this is a zip", "a.zip"),
                      "a.zip: not an ONNX file, or cut short");
    CHECK_THROWS_WITH(import_onnx("/nowhere/a.onnx"), "/nowhere/a.onnx: No such file or directory");
    CHECK_THROWS_WITH(import_onnx("/tmp"), "/tmp: a folder, not a file");
}

TEST_CASE("external data is read inside the model's folder only", "[network][onnx]") {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "quell_onnx_external";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder / "model");
    const std::vector<float> values(54, 2.5F);
    std::ofstream(folder / "model" / "w.bin", std::ios::binary)
        .write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(54 * sizeof(float)));
    OnnxModel model = convolution_model();
    auto& weight = *model.graph().mutable_initializer(0);
    weight.clear_float_data();
    weight.set_data_location(onnx::TensorProto::EXTERNAL);
    auto& location = *weight.add_external_data();
    location.set_key("location");
    location.set_value("w.bin");
    const auto import_file = [&] {
        std::ofstream(folder / "model" / "m.onnx", std::ios::binary) << model.bytes();
        return import_onnx(folder / "model" / "m.onnx");
    };
    CHECK(import_file().constants.at("w").values == values);
    CHECK_THAT(refusal(model), test::contains("external data"));

    location.set_value("../model/w.bin");
    CHECK_THROWS_WITH(import_file(), test::contains("is not a path inside the model's folder"));
    location.set_value((folder / "model" / "w.bin").string());
    CHECK_THROWS_WITH(import_file(), test::contains("is not a path inside the model's folder"));
    std::ofstream(folder / "secret.bin") << std::string(216, 'x');
    std::filesystem::create_symlink(folder / "secret.bin", folder / "model" / "link.bin");
    location.set_value("link.bin");
    CHECK_THROWS_WITH(import_file(), test::contains("leaves the model's folder"));
    location.set_value("absent.bin");
    CHECK_THROWS_WITH(import_file(), test::contains("absent.bin"));
    location.set_value("w.bin");
    auto& offset = *weight.add_external_data();
    offset.set_key("offset");
    offset.set_value("4");
    CHECK_THROWS_WITH(import_file(), test::contains("216 bytes from 4 are needed, the file has 216"));
    std::filesystem::remove_all(folder);
}

TEST_CASE("the real networks are imported", "[network][onnx][data]") {
    struct Expected {
        const char* file;
        std::int64_t convolutions, parameters, macs;
        Shape output;
    };
    // ResNet-n for CIFAR-10 (He et al., 2016) with parameterless shortcuts has (n - 2) + 1 convolutions and,
    // by hand for n = 20: 432 + 13824 + (4608 + 46080) + (18432 + 184320) weights, 2 * 688 in batch norms,
    // 650 in the classifier.
    const Expected expected[] = {
        {"models/resnet20_cifar10_bn.onnx",
         19,
         432 + 13824 + 4608 + 46080 + 18432 + 184320 + 2 * 688 + 650,
         40'551'040,
         {-1, 10}},
        {"models/mobilenetv2_1.0_224_imagenet.onnx", 53, 3'489'097, 300'775'552, {-1, 1001}},
    };
    for (const Expected& network : expected) {
        const auto file = test::shared_data(network.file);
        if (!file) return;
        const Graph graph = import_onnx(*file);
        const GraphStatistics costs = statistics(graph);
        CHECK(costs.layers.back().output.back() == network.output[1]);
        CHECK(graph.outputs[0].shape == network.output);
        std::int64_t convolutions = 0;
        for (const LayerStatistics& layer : costs.layers)
            convolutions = std::max(convolutions, layer.convolution);
        CHECK(convolutions == network.convolutions);
        CHECK(costs.parameters == network.parameters);
        CHECK(costs.macs == network.macs);
    }
}
