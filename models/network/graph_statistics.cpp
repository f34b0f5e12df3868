#include "models/network/graph_statistics.h"

#include "models/network/shape_inference.h"

#include <set>

namespace quell::network {
namespace {

std::int64_t products(const Node& node, const ShapeMap& shapes) {
    const Shape& output = shapes.at(node.output);
    if (std::holds_alternative<Convolution>(node.operation)) {
        const Shape& weight = shapes.at(node.inputs[1]);
        return element_count(output) * weight[1] * weight[2] * weight[3];
    }
    if (const auto* gemm = std::get_if<Gemm>(&node.operation)) {
        return element_count(output) * shapes.at(node.inputs[0])[gemm->transpose_a ? 0 : 1];
    }
    if (std::holds_alternative<MatMul>(node.operation)) {
        return element_count(output) * shapes.at(node.inputs[0]).back();
    }
    return 0;
}

}  // namespace

GraphStatistics statistics(const Graph& graph) {
    const ShapeMap shapes = infer_shapes(graph, 1);
    GraphStatistics result;
    std::set<std::string> counted;
    std::int64_t convolutions = 0;
    for (const Node& node : graph.nodes) {
        LayerStatistics layer{node.name, operator_name(node.operation), {}, shapes.at(node.output)};
        if (!node.inputs.empty() && !node.inputs[0].empty()) layer.input = shapes.at(node.inputs[0]);
        layer.macs = products(node, shapes);
        if (std::holds_alternative<Convolution>(node.operation)) layer.convolution = ++convolutions;
        // The running mean and variance of a batch norm are statistics, not learned.
        const bool normalises = std::holds_alternative<BatchNormalization>(node.operation);
        const bool learns = normalises || layer.macs > 0;
        for (std::size_t i = 0; learns && i < (normalises ? 3 : node.inputs.size()); ++i) {
            const auto constant = graph.constants.find(node.inputs[i]);
            if (constant == graph.constants.end()) continue;
            layer.parameters += element_count(constant->second.shape);
            if (counted.insert(constant->first).second)
                result.parameters += element_count(constant->second.shape);
        }
        result.macs += layer.macs;
        result.layers.push_back(std::move(layer));
    }
    return result;
}

}  // namespace quell::network
