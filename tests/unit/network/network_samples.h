// Random tensors and small graphs for tests of the executors.
#pragma once

#include "models/network/graph.h"

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace quell::test {

inline Tensor<float> random_tensor(const Shape& shape, std::uint32_t seed, float low = -1, float high = 1) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> uniform(low, high);
    Tensor<float> tensor(shape);
    for (float& value : tensor.values) value = uniform(generator);
    return tensor;
}

// One operation over constants and one input "x", with the output "y".
inline network::Graph one_node(network::Operation operation, const Shape& x,
                               const std::vector<std::pair<std::string, Tensor<float>>>& constants = {}) {
    network::Graph graph;
    graph.name = "one node";
    graph.inputs = {{"x", x}};
    graph.outputs = {{"y", {}}};
    network::Node node{"node", std::move(operation), {"x"}, "y", {}};
    for (const auto& [name, tensor] : constants) {
        graph.constants.emplace(name, tensor);
        node.inputs.push_back(name);
    }
    graph.nodes.push_back(std::move(node));
    return graph;
}

}  // namespace quell::test
