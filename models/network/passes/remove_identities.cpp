#include "models/network/passes/remove_identities.h"

#include <algorithm>
#include <map>
#include <set>

namespace quell::network {
namespace {

bool is_identity(const Node& node) {
    const auto* unary = std::get_if<Unary>(&node.operation);
    return unary != nullptr && unary->function == UnaryFunction::identity;
}

}  // namespace

std::size_t remove_identities(Graph& graph) {
    std::set<std::string> outputs;
    for (const ValueInfo& output : graph.outputs) outputs.insert(output.name);
    std::map<std::string, std::string> renamed;
    const auto current = [&](const std::string& value) {
        const auto found = renamed.find(value);
        return found == renamed.end() ? value : found->second;
    };
    std::vector<Node> kept;
    for (Node& node : graph.nodes) {
        for (std::string& input : node.inputs) input = current(input);
        if (!is_identity(node)) {
            kept.push_back(std::move(node));
            continue;
        }
        const std::string original = node.inputs.at(0);
        if (!outputs.contains(node.output)) {
            renamed[node.output] = original;
            continue;
        }
        const auto source =
            std::find_if(kept.begin(), kept.end(), [&](const Node& k) { return k.output == original; });
        if (source == kept.end() || outputs.contains(original)) {
            kept.push_back(std::move(node));
            continue;
        }
        source->output = node.output;
        for (Node& reader : kept)
            std::replace(reader.inputs.begin(), reader.inputs.end(), original, node.output);
        for (auto& [from, to] : renamed) {
            if (to == original) to = node.output;
        }
        renamed[original] = node.output;
    }
    const std::size_t removed = graph.nodes.size() - kept.size();
    graph.nodes = std::move(kept);
    return removed;
}

}  // namespace quell::network
