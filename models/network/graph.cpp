#include "models/network/graph.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <set>

namespace quell::network {
namespace {

struct OperatorName {
    std::string operator()(const Convolution&) const { return "Conv"; }
    std::string operator()(const Gemm&) const { return "Gemm"; }
    std::string operator()(const MatMul&) const { return "MatMul"; }
    std::string operator()(const BatchNormalization&) const { return "BatchNormalization"; }
    std::string operator()(const MaxPool&) const { return "MaxPool"; }
    std::string operator()(const AveragePool&) const { return "AveragePool"; }
    std::string operator()(const GlobalAveragePool&) const { return "GlobalAveragePool"; }
    std::string operator()(const ReduceMean&) const { return "ReduceMean"; }
    std::string operator()(const Concat&) const { return "Concat"; }
    std::string operator()(const Pad&) const { return "Pad"; }
    std::string operator()(const Flatten&) const { return "Flatten"; }
    std::string operator()(const Reshape&) const { return "Reshape"; }
    std::string operator()(const Transpose&) const { return "Transpose"; }
    std::string operator()(const Softmax&) const { return "Softmax"; }
    std::string operator()(const RandomNormalLike&) const { return "RandomNormalLike"; }
    std::string operator()(const Unary& unary) const {
        switch (unary.function) {
            case UnaryFunction::relu:
                return "Relu";
            case UnaryFunction::leaky_relu:
                return "LeakyRelu";
            case UnaryFunction::clip:
                return "Clip";
            case UnaryFunction::sigmoid:
                return "Sigmoid";
            case UnaryFunction::hard_sigmoid:
                return "HardSigmoid";
            case UnaryFunction::hard_swish:
                return "HardSwish";
            case UnaryFunction::sqrt:
                return "Sqrt";
            case UnaryFunction::softplus:
                return "Softplus";
            case UnaryFunction::round:
                return "Round";
            case UnaryFunction::identity:
                return "Identity";
        }
        throw Error("an elementwise function has no name");
    }
    std::string operator()(const Binary& binary) const {
        switch (binary.function) {
            case BinaryFunction::add:
                return "Add";
            case BinaryFunction::sub:
                return "Sub";
            case BinaryFunction::mul:
                return "Mul";
            case BinaryFunction::div:
                return "Div";
        }
        throw Error("an elementwise function has no name");
    }
};

}  // namespace

std::string operator_name(const Operation& operation) {
    return std::visit(OperatorName{}, operation);
}

std::size_t resolve_axis(std::int64_t axis, std::size_t rank) {
    const auto signed_rank = static_cast<std::int64_t>(rank);
    if (axis < -signed_rank || axis >= signed_rank) {
        throw Error("axis {} is outside a tensor of rank {}", axis, rank);
    }
    return static_cast<std::size_t>(axis < 0 ? axis + signed_rank : axis);
}

std::string describe(const Node& node) {
    return fmt::format("NODE '{}' ({})", node.name, operator_name(node.operation));
}

const Node* producer(const Graph& graph, const std::string& value) {
    const auto found = std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                    [&](const Node& node) { return node.output == value; });
    return found == graph.nodes.end() ? nullptr : &*found;
}

std::size_t count_uses(const Graph& graph, const std::string& value) {
    std::ptrdiff_t uses = std::count_if(graph.outputs.begin(), graph.outputs.end(),
                                        [&](const ValueInfo& output) { return output.name == value; });
    for (const Node& node : graph.nodes) uses += std::count(node.inputs.begin(), node.inputs.end(), value);
    return static_cast<std::size_t>(uses);
}

void check(const Graph& graph) {
    std::set<std::string> values;
    for (const ValueInfo& input : graph.inputs) {
        if (input.name.empty()) throw Error("an input of the network has no name");
        if (!values.insert(input.name).second) throw Error("INPUT '{}': the name is used twice", input.name);
    }
    for (const auto& [name, tensor] : graph.constants) {
        if (!values.insert(name).second) throw Error("CONSTANT '{}': the name is an input's as well", name);
    }
    std::set<std::string> names;
    for (const Node& node : graph.nodes) {
        if (node.name.empty()) throw Error("{}: the node has no name", describe(node));
        if (!names.insert(node.name).second) throw Error("{}: the node's name is used twice", describe(node));
        for (const std::string& input : node.inputs) {
            if (!input.empty() && !values.contains(input)) {
                throw Error("{}: input '{}' is not computed before it is read", describe(node), input);
            }
        }
        if (node.output.empty()) throw Error("{}: the output has no name", describe(node));
        if (!values.insert(node.output).second) {
            throw Error("{}: output '{}' exists already", describe(node), node.output);
        }
    }
    std::set<std::string> outputs;
    for (const ValueInfo& output : graph.outputs) {
        if (!values.contains(output.name)) throw Error("OUTPUT '{}': nothing computes it", output.name);
        if (!outputs.insert(output.name).second) throw Error("OUTPUT '{}' is listed twice", output.name);
    }
}

void sort_topologically(Graph& graph) {
    std::map<std::string, std::size_t> computed_by;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) computed_by.emplace(graph.nodes[i].output, i);
    std::set<std::string> given;
    for (const ValueInfo& input : graph.inputs) given.insert(input.name);

    std::vector<std::vector<std::size_t>> readers(graph.nodes.size());
    std::vector<std::size_t> missing(graph.nodes.size(), 0);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        for (const std::string& input : graph.nodes[i].inputs) {
            if (input.empty() || given.contains(input) || graph.is_constant(input)) continue;
            const auto found = computed_by.find(input);
            if (found == computed_by.end()) {
                throw Error("{}: nothing computes its input '{}'", describe(graph.nodes[i]), input);
            }
            readers[found->second].push_back(i);
            ++missing[i];
        }
    }
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < missing.size(); ++i) {
        if (missing[i] == 0) ready.push(i);
    }
    std::vector<Node> sorted;
    sorted.reserve(graph.nodes.size());
    std::vector<bool> done(graph.nodes.size(), false);
    while (!ready.empty()) {
        const std::size_t i = ready.top();
        ready.pop();
        done[i] = true;
        for (const std::size_t reader : readers[i]) {
            if (--missing[reader] == 0) ready.push(reader);
        }
        sorted.push_back(graph.nodes[i]);
    }
    if (sorted.size() != graph.nodes.size()) {
        const auto stuck =
            static_cast<std::size_t>(std::find(done.begin(), done.end(), false) - done.begin());
        throw Error("{}: the network has a cycle through this node or before it",
                    describe(graph.nodes[stuck]));
    }
    graph.nodes = std::move(sorted);
}

}  // namespace quell::network
