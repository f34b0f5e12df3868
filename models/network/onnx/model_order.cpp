#include "models/network/onnx/model_order.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <set>

namespace quell::network {

std::vector<std::size_t> topological_order(const onnx::GraphProto& graph,
                                           const std::vector<std::string>& names,
                                           const ImportContext& context) {
    const auto node_at = [&](std::size_t i) -> const onnx::NodeProto& {
        return graph.node(static_cast<int>(i));
    };
    const auto describe_at = [&](std::size_t i) {
        return fmt::format("NODE '{}' ({})", names[i], node_at(i).op_type());
    };
    std::set<std::string> given;
    for (const auto& input : graph.input()) given.insert(input.name());
    const std::size_t count = names.size();
    std::map<std::string, std::size_t> computed_by;
    for (std::size_t i = 0; i < count; ++i) {
        for (const std::string& output : node_at(i).output()) {
            if (output.empty()) continue;
            const bool known = given.contains(output) || context.folded(output) != nullptr;
            if (known || !computed_by.emplace(output, i).second) {
                throw Error("{}: output '{}' exists already", describe_at(i), output);
            }
        }
    }
    std::vector<std::vector<std::size_t>> readers(count);
    std::vector<std::size_t> missing(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        for (const std::string& input : node_at(i).input()) {
            if (input.empty() || given.contains(input) || context.folded(input) != nullptr) continue;
            const auto found = computed_by.find(input);
            if (found == computed_by.end())
                throw Error("{}: nothing computes its input '{}'", describe_at(i), input);
            readers[found->second].push_back(i);
            ++missing[i];
        }
    }
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < count; ++i) {
        if (missing[i] == 0) ready.push(i);
    }
    std::vector<std::size_t> order;
    std::vector<bool> done(count, false);
    while (!ready.empty()) {
        const std::size_t i = ready.top();
        ready.pop();
        done[i] = true;
        order.push_back(i);
        for (const std::size_t reader : readers[i]) {
            if (--missing[reader] == 0) ready.push(reader);
        }
    }
    if (order.size() != count) {
        const auto stuck =
            static_cast<std::size_t>(std::find(done.begin(), done.end(), false) - done.begin());
        throw Error("{}: the network has a cycle through this node or before it", describe_at(stuck));
    }
    return order;
}

}  // namespace quell::network
