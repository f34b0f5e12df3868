#include "models/network/onnx/node_marks.h"

#include <iterator>
#include <string_view>

namespace quell::network {
namespace {

constexpr std::string_view prefix = "quell.node.";

}  // namespace

void move_marks_to_nodes(Graph& graph) {
    std::map<std::string, Node*, std::less<>> nodes;
    for (Node& node : graph.nodes) nodes.emplace(node.name, &node);
    for (auto entry = graph.metadata.begin(); entry != graph.metadata.end();) {
        const std::string_view key = entry->first;
        const std::size_t dot = key.rfind('.');
        const auto next = std::next(entry);
        if (key.starts_with(prefix) && dot > prefix.size() && dot + 1 < key.size()) {
            const auto node = nodes.find(key.substr(prefix.size(), dot - prefix.size()));
            if (node != nodes.end()) {
                node->second->metadata[std::string(key.substr(dot + 1))] = entry->second;
                graph.metadata.erase(entry);
            }
        }
        entry = next;
    }
}

std::map<std::string, std::string> metadata_with_marks(const Graph& graph) {
    std::map<std::string, std::string> metadata = graph.metadata;
    for (const Node& node : graph.nodes) {
        for (const auto& [key, text] : node.metadata) {
            if (key.empty() || key.find('.') != std::string::npos) {
                throw Error("{}: the mark '{}' needs a key without a dot", describe(node), key);
            }
            if (!metadata.emplace(fmt::format("{}{}.{}", prefix, node.name, key), text).second) {
                throw Error("{}: the mark '{}' is in the network's metadata as well", describe(node), key);
            }
        }
    }
    return metadata;
}

}  // namespace quell::network
