#include "models/network/blocks/denoiser_blocks.h"

#include "models/base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

namespace quell::network {
namespace {

using denoiser::FractionBits;

std::string entry_name(std::int64_t convolution) {
    return fmt::format("quell.block.{}", convolution);
}

struct NamedBits {
    const char* name;
    int FractionBits::*bits;
};
constexpr NamedBits named_bits[] = {
    {"x", &FractionBits::x},
    {"reduce_weight", &FractionBits::reduce_weight},
    {"reduce_out", &FractionBits::reduce_out},
    {"depthwise_weight", &FractionBits::depthwise_weight},
    {"depthwise_out", &FractionBits::depthwise_out},
    {"mean_weight", &FractionBits::mean_weight},
    {"mean_out", &FractionBits::mean_out},
    {"variance_weight", &FractionBits::variance_weight},
    {"variance_out", &FractionBits::variance_out},
};

std::string text_of(const FractionBits& fraction) {
    std::string text;
    for (const NamedBits& entry : named_bits)
        text += fmt::format("{}{}={}", text.empty() ? "" : ",", entry.name, fraction.*entry.bits);
    return text;
}

FractionBits fraction_bits_of(const std::string& text, const std::string& where) {
    FractionBits fraction;
    std::size_t at = 0;
    for (const NamedBits& entry : named_bits) {
        const std::string expected = fmt::format("{}{}=", at == 0 ? "" : ",", entry.name);
        if (text.compare(at, expected.size(), expected) != 0)
            throw Error("{}: '{}', expected '{}' at position {}", where, text, expected, at);
        at += expected.size();
        const char* end = text.data() + text.size();
        const auto [next, error] = std::from_chars(text.data() + at, end, fraction.*entry.bits);
        if (error != std::errc{})
            throw Error("{}: '{}', expected a whole number behind '{}'", where, text, expected);
        at = static_cast<std::size_t>(next - text.data());
    }
    if (at != text.size()) throw Error("{}: '{}', expected nothing behind position {}", where, text, at);
    return fraction;
}

bool is_machine_convolution(const Node& node) {
    return std::holds_alternative<Convolution>(node.operation) && !node.metadata.contains(denoiser_mark);
}

// Number of the machine's convolution that computes `value`, possibly through a batch norm; 0: none does.
std::int64_t convolution_behind(const Graph& graph, const std::string& value) {
    const Node* node = producer(graph, value);
    if (node != nullptr && std::holds_alternative<BatchNormalization>(node->operation))
        node = producer(graph, node->inputs[0]);
    if (node == nullptr || !is_machine_convolution(*node)) return 0;
    std::int64_t number = 0;
    for (const Node& other : graph.nodes) {
        if (is_machine_convolution(other)) ++number;
        if (&other == node) return number;
    }
    return 0;
}

// ---- into the graph

Tensor<float> real_weights(const Shape& shape, const std::vector<numeric::Word>& words, int fraction_bits) {
    Tensor<float> tensor(shape);
    for (std::size_t i = 0; i < words.size(); ++i)
        tensor.values[i] = static_cast<float>(std::ldexp(static_cast<double>(words[i]), -fraction_bits));
    return tensor;
}

Tensor<float> real_biases(const std::vector<std::int64_t>& biases, int fraction_bits) {
    Tensor<float> tensor(Shape{static_cast<std::int64_t>(biases.size())});
    for (std::size_t i = 0; i < biases.size(); ++i)
        tensor.values[i] = static_cast<float>(std::ldexp(static_cast<double>(biases[i]), -fraction_bits));
    return tensor;
}

// Makes the nodes of one block.
class BlockWriter {
public:
    BlockWriter(Graph& graph, const PlacedBlock& block) : graph_(graph), block_(block) {}

    // Nodes that read x and whose last one gives y.
    std::vector<Node> write(const std::string& x, const std::string& y) {
        const denoiser::Geometry& g = block_.geometry;
        const denoiser::BlockWeights& w = block_.weights;
        const FractionBits& f = w.fraction;
        const Unary leaky{UnaryFunction::leaky_relu,
                          static_cast<float>(std::ldexp(1.0, -block_.leaky_shift))};
        std::string value = convolution("reduce", x, {g.bottleneck, g.channels, 1, 1}, 1, w.reduce,
                                        f.reduce_weight, w.reduce_bias, f.x + f.reduce_weight);
        value = node("leaky_relu_1", leaky, {value});
        value = convolution("depthwise", value, {g.bottleneck, 1, 3, 3}, g.bottleneck, w.depthwise,
                            f.depthwise_weight, w.depthwise_bias, f.reduce_out + f.depthwise_weight);
        value = node("leaky_relu_2", leaky, {value});
        const Shape head{g.channels, g.head_inputs(), 1, 1};
        std::string cancelled = convolution("mean", value, head, g.groups, w.mean, f.mean_weight, w.mean_bias,
                                            f.depthwise_out + f.mean_weight);
        if (g.variance_head) {
            std::string deviation =
                convolution("variance", value, head, g.groups, w.variance, f.variance_weight, w.variance_bias,
                            f.depthwise_out + f.variance_weight);
            deviation = node("clamp", Unary{UnaryFunction::relu}, {deviation});
            deviation = node("root", Unary{UnaryFunction::sqrt}, {deviation});
            const std::string normal = node("normal", RandomNormalLike{}, {x});
            const std::string scaled = node("scale", Binary{BinaryFunction::mul}, {normal, deviation});
            cancelled = node("shift", Binary{BinaryFunction::add}, {scaled, cancelled});
        }
        node("cancel", Binary{BinaryFunction::sub}, {x, cancelled});
        nodes_.back().output = y;
        return std::move(nodes_);
    }

private:
    std::string name(const std::string& part) const {
        return fmt::format("block{}.{}", block_.convolution, part);
    }

    std::string node(const std::string& role, Operation operation, std::vector<std::string> inputs) {
        Node made{name(role), std::move(operation), std::move(inputs), name(role), {}};
        made.metadata[denoiser_mark] = fmt::format("{}:{}", block_.convolution, role);
        nodes_.push_back(std::move(made));
        return name(role);
    }

    std::string convolution(const std::string& role, const std::string& x, const Shape& shape,
                            std::int64_t groups, const std::vector<numeric::Word>& words, int fraction_bits,
                            const std::vector<std::int64_t>& biases, int bias_bits) {
        Convolution operation;
        operation.window.kernel = {shape[2], shape[3]};
        const std::int64_t edge = shape[2] / 2;
        operation.window.padding = {edge, edge, edge, edge};
        operation.groups = groups;
        std::vector<std::string> inputs{x, name(role + ".weight")};
        graph_.constants[inputs.back()] = real_weights(shape, words, fraction_bits);
        if (!biases.empty()) {
            inputs.push_back(name(role + ".bias"));
            graph_.constants[inputs.back()] = real_biases(biases, bias_bits);
        }
        return node(role, operation, std::move(inputs));
    }

    Graph& graph_;
    const PlacedBlock& block_;
    std::vector<Node> nodes_;
};

// Where the block behind a convolution goes: the node whose result it reads.
std::size_t place_of(const Graph& graph, std::int64_t convolution) {
    std::int64_t number = 0;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (!is_machine_convolution(graph.nodes[i]) || ++number != convolution) continue;
        if (count_uses(graph, graph.nodes[i].output) != 1) return i;
        for (std::size_t k = i + 1; k < graph.nodes.size(); ++k) {
            if (graph.nodes[k].inputs[0] == graph.nodes[i].output)
                return std::holds_alternative<BatchNormalization>(graph.nodes[k].operation) ? k : i;
        }
        return i;
    }
    throw Error("network '{}': a block after convolution {}, it has {}", graph.name, convolution, number);
}

// ---- out of the graph

// The marked nodes of one block by role.
class BlockReader {
public:
    BlockReader(const Graph& graph, std::int64_t convolution) : graph_(graph), convolution_(convolution) {}

    void add(const std::string& role, const Node& node) {
        if (!nodes_.emplace(role, &node).second)
            throw Error("{}: block {} has a second '{}'", describe(node), convolution_, role);
    }

    const std::string& input() const { return at("reduce").inputs.at(0); }
    const std::string& output() const { return at("cancel").output; }

    PlacedBlock read() const {
        const auto entry = graph_.metadata.find(entry_name(convolution_));
        if (entry == graph_.metadata.end()) {
            throw Error("network '{}': metadata '{}' is missing, the fraction bits of its block", graph_.name,
                        entry_name(convolution_));
        }
        PlacedBlock block;
        block.convolution = convolution_;
        denoiser::BlockWeights& w = block.weights;
        w.fraction = fraction_bits_of(entry->second, entry_name(convolution_));
        const FractionBits& f = w.fraction;

        const Shape& reduce = weight("reduce").shape;
        denoiser::Geometry& g = block.geometry;
        if (reduce.size() != 4) refuse("reduce", "a weight of rank 4");
        g.bottleneck = reduce[0];
        g.channels = reduce[1];
        g.variance_head = nodes_.contains("variance");
        g.bias = has_bias("reduce");
        const Shape& mean = weight("mean").shape;
        if (mean.size() != 4 || mean[1] < 1 || g.bottleneck % mean[1] != 0)
            refuse("mean", "a weight whose inputs divide the bottleneck");
        g.groups = g.bottleneck / mean[1];
        block.leaky_shift = check_wiring(g);

        const Shape head{g.channels, g.head_inputs(), 1, 1};
        w.reduce = words("reduce", {g.bottleneck, g.channels, 1, 1}, f.reduce_weight);
        w.depthwise = words("depthwise", {g.bottleneck, 1, 3, 3}, f.depthwise_weight);
        w.mean = words("mean", head, f.mean_weight);
        w.reduce_bias = biases("reduce", f.x + f.reduce_weight, g.bias);
        w.depthwise_bias = biases("depthwise", f.reduce_out + f.depthwise_weight, g.bias);
        w.mean_bias = biases("mean", f.depthwise_out + f.mean_weight, g.bias);
        if (g.variance_head) {
            w.variance = words("variance", head, f.variance_weight);
            w.variance_bias = biases("variance", f.depthwise_out + f.variance_weight, g.bias);
        }
        validate(w.fraction, g);
        validate(w, g);
        return block;
    }

private:
    const Node& at(const std::string& role) const {
        const auto found = nodes_.find(role);
        if (found == nodes_.end())
            throw Error("network '{}': block {} has no '{}'", graph_.name, convolution_, role);
        return *found->second;
    }

    [[noreturn]] void refuse(const std::string& role, const std::string& expected) const {
        throw Error("{}: as '{}' of block {} {} is expected", describe(at(role)), role, convolution_,
                    expected);
    }

    const Tensor<float>& weight(const std::string& role) const {
        const Node& node = at(role);
        if (!std::holds_alternative<Convolution>(node.operation)) refuse(role, "a Conv");
        const auto found = graph_.constants.find(node.inputs.at(1));
        if (found == graph_.constants.end()) refuse(role, "a Conv with a constant weight");
        return found->second;
    }

    bool has_bias(const std::string& role) const {
        const Node& node = at(role);
        return node.inputs.size() > 2 && !node.inputs[2].empty();
    }

    std::vector<numeric::Word> words(const std::string& role, const Shape& shape, int fraction_bits) const {
        const Tensor<float>& tensor = weight(role);
        if (tensor.shape != shape) refuse(role, "a weight of " + to_string(shape));
        std::vector<numeric::Word> result;
        for (const float value : tensor.values) {
            const double word = std::ldexp(static_cast<double>(value), fraction_bits);
            if (word != std::floor(word) || word < -32768 || word > 32767)
                refuse(role, fmt::format("a weight of 16-bit words with {} fraction bits, {} is none",
                                         fraction_bits, value));
            result.push_back(static_cast<numeric::Word>(word));
        }
        return result;
    }

    std::vector<std::int64_t> biases(const std::string& role, int fraction_bits, bool expected) const {
        if (has_bias(role) != expected)
            refuse(role, expected ? "a bias, as in the others" : "no bias, as in the others");
        if (!expected) return {};
        const auto found = graph_.constants.find(at(role).inputs[2]);
        if (found == graph_.constants.end()) refuse(role, "a constant bias");
        std::vector<std::int64_t> result;
        for (const float value : found->second.values) {
            const double scaled = std::ldexp(static_cast<double>(value), fraction_bits);
            if (!(std::abs(scaled) < 1e18))
                refuse(role, fmt::format("a bias of the accumulator, {} is none", value));
            result.push_back(std::llround(scaled));
        }
        return result;
    }

    // That the operators are those of a block and read each other; gives the LeakyReLUs' shift.
    int check_wiring(const denoiser::Geometry& g) const {
        const std::string& x = input();
        const auto reads = [&](const std::string& role, const std::vector<std::string>& from) {
            const Node& node = at(role);
            for (std::size_t i = 0; i < from.size(); ++i) {
                const std::string& expected = from[i].empty() ? x : at(from[i]).output;
                if (i >= node.inputs.size() || node.inputs[i] != expected)
                    refuse(role, fmt::format("'{}' as input {}", expected, i));
            }
        };
        reads("leaky_relu_1", {"reduce"});
        reads("depthwise", {"leaky_relu_1"});
        reads("leaky_relu_2", {"depthwise"});
        reads("mean", {"leaky_relu_2"});
        check_convolution("reduce", 1, 1);
        check_convolution("depthwise", 3, g.bottleneck);
        check_convolution("mean", 1, g.groups);
        if (g.variance_head) {
            reads("variance", {"leaky_relu_2"});
            check_convolution("variance", 1, g.groups);
            reads("clamp", {"variance"});
            reads("root", {"clamp"});
            reads("normal", {""});
            reads("scale", {"normal", "root"});
            reads("shift", {"scale", "mean"});
            reads("cancel", {"", "shift"});
            check_operation("clamp", Unary{UnaryFunction::relu});
            check_operation("root", Unary{UnaryFunction::sqrt});
            check_operation("normal", RandomNormalLike{});
            check_operation("scale", Binary{BinaryFunction::mul});
            check_operation("shift", Binary{BinaryFunction::add});
        } else {
            reads("cancel", {"", "mean"});
        }
        check_operation("cancel", Binary{BinaryFunction::sub});
        if (nodes_.size() != (g.variance_head ? 12U : 6U))
            throw Error("network '{}': block {} has nodes that no block has", graph_.name, convolution_);
        const auto* leaky = std::get_if<Unary>(&at("leaky_relu_1").operation);
        if (leaky == nullptr || leaky->function != UnaryFunction::leaky_relu)
            refuse("leaky_relu_1", "a LeakyRelu");
        const int shift = leaky->alpha > 0 ? -std::ilogb(leaky->alpha) : -1;
        if (shift < 0 || shift > 15 || std::ldexp(1.0F, -shift) != leaky->alpha)
            refuse("leaky_relu_1", fmt::format("a slope of 2^-k, k from 0 to 15, {} is none", leaky->alpha));
        check_operation("leaky_relu_2", *leaky);
        return shift;
    }

    void check_operation(const std::string& role, const Operation& expected) const {
        if (at(role).operation != expected) refuse(role, "a plain " + operator_name(expected));
    }

    void check_convolution(const std::string& role, std::int64_t kernel, std::int64_t groups) const {
        const auto* operation = std::get_if<Convolution>(&at(role).operation);
        Convolution expected;
        expected.window.kernel = {kernel, kernel};
        expected.window.padding = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
        expected.groups = groups;
        if (operation == nullptr || *operation != expected) {
            refuse(role, fmt::format("a {0}x{0} Conv in {1} groups, stride 1, same size", kernel, groups));
        }
    }

    const Graph& graph_;
    std::int64_t convolution_;
    std::map<std::string, const Node*> nodes_;
};

// "<convolution>:<role>"
std::pair<std::int64_t, std::string> parse_mark(const Node& node) {
    const std::string& mark = node.metadata.at(denoiser_mark);
    const std::size_t colon = mark.find(':');
    std::int64_t number = 0;
    const auto [end, error] =
        std::from_chars(mark.data(), mark.data() + std::min(colon, mark.size()), number);
    if (colon == std::string::npos || error != std::errc{} || end != mark.data() + colon || number < 1)
        throw Error("{}: the mark '{}' is not '<convolution>:<role>'", describe(node), mark);
    return {number, mark.substr(colon + 1)};
}

}  // namespace

bool has_blocks(const Graph& graph) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                       [](const Node& node) { return node.metadata.contains(denoiser_mark); });
}

Graph with_blocks(Graph graph, const std::vector<PlacedBlock>& blocks) {
    std::set<std::int64_t> places;
    for (const PlacedBlock& block : blocks) {
        if (!places.insert(block.convolution).second ||
            graph.metadata.contains(entry_name(block.convolution)))
            throw Error("network '{}': two blocks after convolution {}", graph.name, block.convolution);
        validate(block.weights, block.geometry);
        const std::size_t at = place_of(graph, block.convolution);
        // The value keeps its name behind the block, so that nobody who reads it changes.
        const std::string y = graph.nodes[at].output, x = fmt::format("block{}.input", block.convolution);
        graph.nodes[at].output = x;
        const std::vector<Node> nodes = BlockWriter(graph, block).write(x, y);
        graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(at) + 1, nodes.begin(),
                           nodes.end());
        graph.metadata[entry_name(block.convolution)] = text_of(block.weights.fraction);
    }
    check(graph);
    return graph;
}

std::vector<PlacedBlock> take_blocks(Graph& graph) {
    std::map<std::int64_t, BlockReader> readers;
    for (const Node& node : graph.nodes) {
        if (!node.metadata.contains(denoiser_mark)) continue;
        const auto [number, role] = parse_mark(node);
        readers.try_emplace(number, graph, number).first->second.add(role, node);
    }
    std::vector<PlacedBlock> blocks;
    std::map<std::string, std::string> renamed;  // what blocks read, by what they give
    std::set<std::string> inputs;
    for (const auto& [number, reader] : readers) {
        blocks.push_back(reader.read());
        const std::int64_t behind = convolution_behind(graph, reader.input());
        if (behind != number) {
            throw Error("network '{}': block {} reads '{}', the result of convolution {} is expected",
                        graph.name, number, reader.input(), number);
        }
        renamed[reader.input()] = reader.output();
        inputs.insert(reader.input());
    }
    if (blocks.empty()) return blocks;

    std::set<std::string> weights;
    for (const Node& node : graph.nodes) {
        const bool marked = node.metadata.contains(denoiser_mark);
        for (const std::string& input : node.inputs) {
            if (marked && graph.is_constant(input)) weights.insert(input);
            if (!marked && inputs.contains(input)) {
                throw Error("{}: reads '{}', which only a denoiser block may read", describe(node), input);
            }
        }
    }
    std::erase_if(graph.nodes, [](const Node& node) { return node.metadata.contains(denoiser_mark); });
    for (Node& node : graph.nodes) {
        const auto found = renamed.find(node.output);
        if (found != renamed.end()) node.output = found->second;
    }
    for (const std::string& weight : weights) {
        if (count_uses(graph, weight) == 0) graph.constants.erase(weight);
    }
    for (const PlacedBlock& block : blocks) graph.metadata.erase(entry_name(block.convolution));
    check(graph);
    return blocks;
}

}  // namespace quell::network
