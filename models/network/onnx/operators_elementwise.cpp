#include "models/network/onnx/operators.h"

#include "models/network/onnx/tensor_proto.h"

namespace quell::network {
namespace {

void unary(NodeReader& node, Unary operation) {
    node.expect_inputs(1, 1);
    node.emit(operation, node.inputs());
}

void convert_clip(NodeReader& node) {
    Unary clip{UnaryFunction::clip};
    if (node.opset() < 11) {
        node.expect_inputs(1, 1);
        if (node.has("min")) clip.minimum = node.real("min", 0);
        if (node.has("max")) clip.maximum = node.real("max", 0);
    } else {
        node.expect_inputs(1, 3);
        if (!node.input(1).empty()) clip.minimum = node.known_scalar(1, "the minimum");
        if (!node.input(2).empty()) clip.maximum = node.known_scalar(2, "the maximum");
    }
    node.emit(clip, {node.required_input(0)});
}

template <BinaryFunction function>
void convert_binary(NodeReader& node) {
    node.expect_inputs(2, 2);
    node.emit(Binary{function}, node.inputs());
}

void convert_batch_normalization(NodeReader& node) {
    node.expect_inputs(5, 5);
    node.refuse_further_outputs("statistics of training");
    if (node.opset() >= 14 && node.flag("training_mode", false))
        throw Error("training mode is not supported");
    if (node.opset() < 9 && node.integer("spatial", 1) != 1)
        throw Error("statistics per pixel (spatial = 0) are not supported");
    node.ignore("momentum");  // of training
    node.emit(BatchNormalization{node.real("epsilon", 1e-5F)}, node.inputs());
}

// In inference a copy; the ratio does not matter.
void convert_dropout(NodeReader& node) {
    node.expect_inputs(1, node.opset() < 12 ? 1 : 3);
    node.refuse_further_outputs("the mask");
    node.ignore("ratio");
    node.ignore("seed");
    if (!node.input(2).empty()) {
        const auto training = node.known_integers(2, "training_mode");
        if (training.size() != 1 || training[0] != 0) throw Error("training mode is not supported");
    }
    if (const FoldedValue* known = node.folded(0); known != nullptr && !node.gives_network_output()) {
        node.fold(FoldedValue(*known));
        return;
    }
    node.emit(Unary{}, {node.required_input(0)});
}

void convert_cast(NodeReader& node) {
    const std::int64_t type = node.integer("to", 0);
    if (type < 0 || type > 100 || !is_floating_point(static_cast<int>(type))) {
        throw Error("a cast to {} is not supported", data_type_name(static_cast<int>(type)));
    }
    unary(node, Unary{});
}

// Below opset 13 Softmax runs over all axes from the given one on, taken together.
void convert_softmax(NodeReader& node) {
    node.expect_inputs(1, 1);
    const Shape& x = node.shape(0);
    if (node.opset() >= 13) {
        node.emit(Softmax{node.integer("axis", -1)}, node.inputs());
        return;
    }
    const std::int64_t axis = node.integer("axis", 1);
    const std::size_t first = resolve_axis(axis, x.size());
    if (first + 1 == x.size()) {
        node.emit(Softmax{axis}, node.inputs());
        return;
    }
    const std::string flat = node.emit_before("flatten", Flatten{axis}, node.inputs());
    const std::string soft = node.emit_before("softmax", Softmax{1}, {flat});
    node.emit(Reshape{x}, {soft});
}

void convert_random_normal_like(NodeReader& node) {
    node.expect_inputs(1, 1);
    const std::int64_t type = node.integer("dtype", onnx::TensorProto::FLOAT);
    if (type != onnx::TensorProto::FLOAT)
        throw Error("numbers of {} are not supported", data_type_name(static_cast<int>(type)));
    RandomNormalLike random{node.real("mean", 0), node.real("scale", 1), {}};
    if (node.has("seed")) random.seed = node.real("seed", 0);
    node.emit(random, node.inputs());
}

}  // namespace

const ConversionTable& elementwise_conversions() {
    static const ConversionTable table{
        {"Add", convert_binary<BinaryFunction::add>},
        {"BatchNormalization", convert_batch_normalization},
        {"Cast", convert_cast},
        {"Clip", convert_clip},
        {"Div", convert_binary<BinaryFunction::div>},
        {"Dropout", convert_dropout},
        {"HardSigmoid",
         [](NodeReader& node) {
             unary(node, {UnaryFunction::hard_sigmoid, node.real("alpha", 0.2F), node.real("beta", 0.5F)});
         }},
        {"HardSwish", [](NodeReader& node) { unary(node, Unary{UnaryFunction::hard_swish}); }},
        {"Identity", [](NodeReader& node) { unary(node, Unary{}); }},
        {"LeakyRelu",
         [](NodeReader& node) {
             unary(node, {UnaryFunction::leaky_relu, node.real("alpha", 0.01F)});
         }},
        {"Mul", convert_binary<BinaryFunction::mul>},
        {"RandomNormalLike", convert_random_normal_like},
        {"Relu", [](NodeReader& node) { unary(node, Unary{UnaryFunction::relu}); }},
        {"Round", [](NodeReader& node) { unary(node, Unary{UnaryFunction::round}); }},
        {"Sigmoid", [](NodeReader& node) { unary(node, Unary{UnaryFunction::sigmoid}); }},
        {"Softmax", convert_softmax},
        {"Softplus", [](NodeReader& node) { unary(node, Unary{UnaryFunction::softplus}); }},
        {"Sqrt", [](NodeReader& node) { unary(node, Unary{UnaryFunction::sqrt}); }},
        {"Sub", convert_binary<BinaryFunction::sub>},
    };
    return table;
}

}  // namespace quell::network
