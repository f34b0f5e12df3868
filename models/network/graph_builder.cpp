#include "models/network/graph_builder.h"

#include <algorithm>
#include <utility>

namespace quell::network {

Tensor<float> neutral_parameter(const ParameterRequest& request) {
    Tensor<float> values(request.shape);
    if (request.role == ParameterRole::scale || request.role == ParameterRole::variance) {
        std::fill(values.values.begin(), values.values.end(), 1.0F);
    }
    return values;
}

GraphBuilder::GraphBuilder(std::string name, ParameterSource source) : source_(std::move(source)) {
    graph_.name = std::move(name);
}

std::string GraphBuilder::input(const std::string& name, Shape shape) {
    if (!shapes_.emplace(name, shape).second) throw Error("INPUT '{}': the name is used already", name);
    graph_.inputs.push_back({name, std::move(shape)});
    return name;
}

std::string GraphBuilder::constant(const std::string& name, Tensor<float> values) {
    if (!shapes_.emplace(name, values.shape).second)
        throw Error("CONSTANT '{}': the name is used already", name);
    graph_.constants.emplace(name, std::move(values));
    return name;
}

std::string GraphBuilder::parameter(const std::string& name, Shape shape, ParameterRole role) {
    Tensor<float> values = source_({name, shape, role});
    if (values.shape != shape) {
        throw Error("CONSTANT '{}': shape {} was asked for, {} came", name, to_string(shape),
                    to_string(values.shape));
    }
    return constant(name, std::move(values));
}

std::string GraphBuilder::convolution(const std::string& name, const std::string& x,
                                      const ConvolutionOptions& options) {
    if (options.groups < 1 || channels(x) % options.groups != 0) {
        throw Error("NODE '{}' (Conv): {} input channels cannot be split in {} groups", name, channels(x),
                    options.groups);
    }
    const Shape shape{options.channels, channels(x) / options.groups, options.kernel[0], options.kernel[1]};
    std::vector<std::string> inputs{x, parameter(name + ".weight", shape, ParameterRole::weight)};
    if (options.bias) inputs.push_back(parameter(name + ".bias", {options.channels}, ParameterRole::bias));
    const Window window{options.kernel, options.stride, options.dilation, options.padding};
    return node(name, Convolution{window, options.groups}, std::move(inputs));
}

std::string GraphBuilder::linear(const std::string& name, const std::string& x, std::int64_t features,
                                 bool bias) {
    std::vector<std::string> inputs{
        x, parameter(name + ".weight", {features, channels(x)}, ParameterRole::weight)};
    if (bias) inputs.push_back(parameter(name + ".bias", {features}, ParameterRole::bias));
    return node(name, Gemm{.transpose_b = true}, std::move(inputs));
}

std::string GraphBuilder::batch_normalization(const std::string& name, const std::string& x, float epsilon) {
    const Shape shape{channels(x)};
    return node(name, BatchNormalization{epsilon},
                {x, parameter(name + ".weight", shape, ParameterRole::scale),
                 parameter(name + ".bias", shape, ParameterRole::shift),
                 parameter(name + ".running_mean", shape, ParameterRole::mean),
                 parameter(name + ".running_var", shape, ParameterRole::variance)});
}

std::string GraphBuilder::relu(const std::string& name, const std::string& x) {
    return unary(name, x, {.function = UnaryFunction::relu});
}
std::string GraphBuilder::relu6(const std::string& name, const std::string& x) {
    return unary(name, x, {.function = UnaryFunction::clip, .minimum = 0.0F, .maximum = 6.0F});
}
std::string GraphBuilder::leaky_relu(const std::string& name, const std::string& x, float slope) {
    return unary(name, x, {.function = UnaryFunction::leaky_relu, .alpha = slope});
}
std::string GraphBuilder::sigmoid(const std::string& name, const std::string& x) {
    return unary(name, x, {.function = UnaryFunction::sigmoid});
}
std::string GraphBuilder::unary(const std::string& name, const std::string& x, Unary operation) {
    return node(name, operation, {x});
}

std::string GraphBuilder::add(const std::string& name, const std::string& a, const std::string& b) {
    return node(name, Binary{BinaryFunction::add}, {a, b});
}
std::string GraphBuilder::sub(const std::string& name, const std::string& a, const std::string& b) {
    return node(name, Binary{BinaryFunction::sub}, {a, b});
}
std::string GraphBuilder::mul(const std::string& name, const std::string& a, const std::string& b) {
    return node(name, Binary{BinaryFunction::mul}, {a, b});
}
std::string GraphBuilder::div(const std::string& name, const std::string& a, const std::string& b) {
    return node(name, Binary{BinaryFunction::div}, {a, b});
}
std::string GraphBuilder::concat(const std::string& name, const std::vector<std::string>& values,
                                 std::int64_t axis) {
    return node(name, Concat{axis}, values);
}

std::string GraphBuilder::max_pool(const std::string& name, const std::string& x, Pair kernel, Pair stride,
                                   Padding padding, bool ceil_mode) {
    return node(name, MaxPool{{kernel, stride, {1, 1}, padding}, ceil_mode}, {x});
}
std::string GraphBuilder::average_pool(const std::string& name, const std::string& x, Pair kernel,
                                       Pair stride, Padding padding, bool ceil_mode, bool count_include_pad) {
    return node(name, AveragePool{{kernel, stride, {1, 1}, padding}, ceil_mode, count_include_pad}, {x});
}
std::string GraphBuilder::global_average_pool(const std::string& name, const std::string& x) {
    return node(name, GlobalAveragePool{}, {x});
}
std::string GraphBuilder::pad(const std::string& name, const std::string& x, Pad operation) {
    return node(name, std::move(operation), {x});
}
std::string GraphBuilder::flatten(const std::string& name, const std::string& x, std::int64_t axis) {
    return node(name, Flatten{axis}, {x});
}
std::string GraphBuilder::softmax(const std::string& name, const std::string& x, std::int64_t axis) {
    return node(name, Softmax{axis}, {x});
}

std::string GraphBuilder::node(const std::string& name, Operation operation,
                               std::vector<std::string> inputs) {
    Node created{name, std::move(operation), std::move(inputs), name, {}};
    if (name.empty()) throw Error("{}: the node needs a name", describe(created));
    if (shapes_.contains(name)) throw Error("{}: the name is used already", describe(created));
    std::vector<const Shape*> shapes;
    for (const std::string& input : created.inputs) {
        const auto found = shapes_.find(input);
        if (!input.empty() && found == shapes_.end()) {
            throw Error("{}: there is no value '{}' yet", describe(created), input);
        }
        shapes.push_back(input.empty() ? nullptr : &found->second);
    }
    Shape output = infer_output_shape(created, shapes);
    shapes_.emplace(name, std::move(output));
    graph_.nodes.push_back(std::move(created));
    return name;
}

void GraphBuilder::mark(const std::string& value, const std::string& key, const std::string& text) {
    for (Node& node : graph_.nodes) {
        if (node.output == value) {
            node.metadata[key] = text;
            return;
        }
    }
    throw Error("no node computes the value '{}'", value);
}

void GraphBuilder::set_metadata(const std::string& key, const std::string& text) {
    graph_.metadata[key] = text;
}

const Shape& GraphBuilder::shape(const std::string& value) const {
    const auto found = shapes_.find(value);
    if (found == shapes_.end()) throw Error("there is no value '{}' yet", value);
    return found->second;
}

std::int64_t GraphBuilder::channels(const std::string& value) const {
    const Shape& found = shape(value);
    if (found.size() < 2) throw Error("value '{}' of shape {} has no channels", value, to_string(found));
    return found[1];
}

Graph GraphBuilder::build(const std::vector<std::string>& outputs) {
    std::vector<std::pair<std::string, std::string>> unchanged;
    for (const std::string& output : outputs) unchanged.emplace_back(output, output);
    return build_named(unchanged);
}

Graph GraphBuilder::build_named(const std::vector<std::pair<std::string, std::string>>& outputs) {
    Graph graph = std::exchange(graph_, {});
    for (const auto& [name, value] : outputs) {
        graph.outputs.push_back({name, shape(value)});
        if (name == value) continue;
        if (shapes_.contains(name)) throw Error("OUTPUT '{}': the name is used already", name);
        for (Node& node : graph.nodes) {
            if (node.output == value) node.output = name;
            std::replace(node.inputs.begin(), node.inputs.end(), value, name);
        }
    }
    check(graph);
    return graph;
}

}  // namespace quell::network
