#include "models/network/onnx/node_writer.h"

#include <bit>

namespace quell::network {
namespace {

static_assert(std::endian::native == std::endian::little, "ONNX's raw data is little-endian");

onnx::AttributeProto& add_attribute(onnx::NodeProto& node, const char* name,
                                    onnx::AttributeProto::AttributeType type) {
    auto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
}

void set(onnx::NodeProto& node, const char* name, std::int64_t value) {
    add_attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}

void set(onnx::NodeProto& node, const char* name, float value) {
    add_attribute(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}

void set(onnx::NodeProto& node, const char* name, const std::string& value) {
    add_attribute(node, name, onnx::AttributeProto::STRING).set_s(value);
}

template <typename Values>
void set_all(onnx::NodeProto& node, const char* name, const Values& values) {
    auto& attribute = add_attribute(node, name, onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) attribute.add_ints(value);
}

void set_window(onnx::NodeProto& node, const Window& window) {
    const Padding& padding = window.padding;
    set_all(node, "kernel_shape", window.kernel);
    set_all(node, "strides", window.stride);
    set_all(node, "pads", Shape{padding.top, padding.left, padding.bottom, padding.right});
}

// The attributes of each operation; what is not listed has none.
struct Attributes {
    onnx::NodeProto& node;

    void operator()(const Convolution& convolution) const {
        set_window(node, convolution.window);
        set_all(node, "dilations", convolution.window.dilation);
        set(node, "group", convolution.groups);
    }
    void operator()(const MaxPool& pool) const {
        set_window(node, pool.window);
        set_all(node, "dilations", pool.window.dilation);
        set(node, "ceil_mode", std::int64_t{pool.ceil_mode});
    }
    void operator()(const AveragePool& pool) const {
        if (pool.window.dilation != Pair{1, 1})
            throw Error("average pools with dilation do not exist in this opset");
        set_window(node, pool.window);
        set(node, "ceil_mode", std::int64_t{pool.ceil_mode});
        set(node, "count_include_pad", std::int64_t{pool.count_include_pad});
    }
    void operator()(const Gemm& gemm) const {
        set(node, "alpha", gemm.alpha);
        set(node, "beta", gemm.beta);
        set(node, "transA", std::int64_t{gemm.transpose_a});
        set(node, "transB", std::int64_t{gemm.transpose_b});
    }
    void operator()(const BatchNormalization& normalisation) const {
        set(node, "epsilon", normalisation.epsilon);
    }
    void operator()(const ReduceMean& mean) const {
        if (!mean.axes.empty()) set_all(node, "axes", mean.axes);
        set(node, "keepdims", std::int64_t{mean.keep_dimensions});
    }
    void operator()(const Unary& unary) const {
        const bool sloped = unary.function == UnaryFunction::leaky_relu;
        const bool hard = unary.function == UnaryFunction::hard_sigmoid;
        if (sloped || hard) set(node, "alpha", unary.alpha);
        if (hard) set(node, "beta", unary.beta);
    }
    void operator()(const Concat& concat) const { set(node, "axis", concat.axis); }
    void operator()(const Pad& pad) const {
        const char* modes[] = {"constant", "reflect", "edge"};
        set(node, "mode", std::string(modes[static_cast<std::size_t>(pad.mode)]));
    }
    void operator()(const Flatten& flatten) const { set(node, "axis", flatten.axis); }
    void operator()(const Transpose& transpose) const {
        if (!transpose.permutation.empty()) set_all(node, "perm", transpose.permutation);
    }
    void operator()(const Softmax& softmax) const { set(node, "axis", softmax.axis); }
    void operator()(const RandomNormalLike& random) const {
        set(node, "mean", random.mean);
        set(node, "scale", random.scale);
        if (random.seed) set(node, "seed", *random.seed);
    }
    void operator()(const GlobalAveragePool&) const {}
    void operator()(const MatMul&) const {}
    void operator()(const Binary&) const {}
    void operator()(const Reshape&) const {}
};

}  // namespace

void add_initialiser(onnx::GraphProto& graph, const std::string& name, onnx::TensorProto::DataType type,
                     const Shape& shape, const void* values, std::size_t bytes) {
    auto& tensor = *graph.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    for (const std::int64_t size : shape) tensor.add_dims(size);
    tensor.set_raw_data(values, bytes);
}

NodeWriter::NodeWriter(const Graph& graph, onnx::GraphProto& written) : written_(written) {
    for (const ValueInfo& input : graph.inputs) taken_.insert(input.name);
    for (const auto& [name, tensor] : graph.constants) taken_.insert(name);
    for (const Node& node : graph.nodes) taken_.insert(node.output);
}

std::string NodeWriter::new_name(const Node& node, const char* what) {
    const std::string wish = node.name + "." + what;
    std::string name = wish;
    for (int i = 2; !taken_.insert(name).second; ++i) name = fmt::format("{}_{}", wish, i);
    return name;
}

std::string NodeWriter::add_integers(const Node& node, const char* what,
                                     const std::vector<std::int64_t>& values) {
    const std::string name = new_name(node, what);
    add_initialiser(written_, name, onnx::TensorProto::INT64, {static_cast<std::int64_t>(values.size())},
                    values.data(), values.size() * sizeof(std::int64_t));
    return name;
}

std::string NodeWriter::add_scalar(const Node& node, const char* what, float value) {
    const std::string name = new_name(node, what);
    add_initialiser(written_, name, onnx::TensorProto::FLOAT, {}, &value, sizeof(value));
    return name;
}

void NodeWriter::write(const Node& node) {
    std::vector<std::string> inputs = node.inputs;
    if (const auto* reshape = std::get_if<Reshape>(&node.operation)) {
        inputs.push_back(add_integers(node, "shape", reshape->target));
    } else if (const auto* pad = std::get_if<Pad>(&node.operation)) {
        std::vector<std::int64_t> pads = pad->begin;
        pads.insert(pads.end(), pad->end.begin(), pad->end.end());
        inputs.push_back(add_integers(node, "pads", pads));
        inputs.push_back(add_scalar(node, "value", pad->value));
    } else if (const auto* unary = std::get_if<Unary>(&node.operation);
               unary != nullptr && unary->function == UnaryFunction::clip) {
        if (unary->minimum || unary->maximum) {
            inputs.push_back(unary->minimum ? add_scalar(node, "minimum", *unary->minimum) : std::string());
        }
        if (unary->maximum) inputs.push_back(add_scalar(node, "maximum", *unary->maximum));
    }
    onnx::NodeProto& written = *written_.add_node();
    written.set_name(node.name);
    written.set_op_type(operator_name(node.operation));
    for (const std::string& input : inputs) written.add_input(input);
    written.add_output(node.output);
    try {
        std::visit(Attributes{written}, node.operation);
    } catch (const Error& error) {
        throw Error("{}: {}", describe(node), error.what());
    }
}

}  // namespace quell::network
