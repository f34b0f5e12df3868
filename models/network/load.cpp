#include "models/network/load.h"

#include "models/base/error.h"
#include "models/network/default/default_network.h"
#include "models/network/onnx_import.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace quell::network {
namespace {

// Of layers that multiply or scale; a bound of a Clip may be infinite.
Graph checked(Graph graph, const std::string& path) {
    for (const Node& node : graph.nodes) {
        if (!std::holds_alternative<Convolution>(node.operation) &&
            !std::holds_alternative<Gemm>(node.operation) &&
            !std::holds_alternative<MatMul>(node.operation) &&
            !std::holds_alternative<BatchNormalization>(node.operation)) {
            continue;
        }
        for (const std::string& input : node.inputs) {
            const auto constant = graph.constants.find(input);
            if (constant == graph.constants.end()) continue;
            const std::vector<float>& values = constant->second.values;
            const auto bad =
                std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
            if (bad == values.end()) continue;
            throw Error("{}: {}: weight '{}' has {} at element {}, expected a finite number", path,
                        describe(node), input, *bad, bad - values.begin());
        }
    }
    return graph;
}

}  // namespace

Graph load_network(const std::string& name_or_path, Weights weights, std::uint64_t seed) {
    if (is_builtin(name_or_path)) return make_builtin(name_or_path, weights, seed);
    if (name_or_path == default_network_name) return default_network();
    const std::filesystem::path path(name_or_path);
    const bool looks_like_a_file = path.has_parent_path() || path.extension() == ".onnx";
    if (looks_like_a_file || std::filesystem::exists(path)) return checked(import_onnx(path), path.string());
    return make_builtin(name_or_path, weights, seed);  // says which built-in name is the nearest
}

std::string display_name(const std::string& name_or_path) {
    return is_builtin(name_or_path) ? name_or_path : std::filesystem::path(name_or_path).stem().string();
}

}  // namespace quell::network
