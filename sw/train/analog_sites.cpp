#include "sw/train/analog_sites.h"

#include "models/network/blocks/denoiser_blocks.h"

#include <algorithm>
#include <map>
#include <string>

namespace quell::train {
namespace {

using namespace network;

// As fold_batch_normalization chooses: nothing else reads the product, and all parameters are constants.
bool is_folded(const Graph& graph, const Node& product, const Node& reader) {
    if (!std::holds_alternative<BatchNormalization>(reader.operation)) return false;
    if (reader.inputs[0] != product.output || count_uses(graph, product.output) != 1) return false;
    return std::all_of(reader.inputs.begin() + 1, reader.inputs.end(),
                       [&](const std::string& input) { return graph.is_constant(input); });
}

}  // namespace

std::vector<AnalogSite> analog_sites(const Graph& graph) {
    std::map<std::string, std::size_t> reader;  // the last one; of values with one reader, the only one
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        for (const std::string& input : graph.nodes[i].inputs) reader[input] = i;
    }
    std::vector<AnalogSite> sites;
    std::int64_t convolutions = 0;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        const bool convolution = std::holds_alternative<Convolution>(node.operation);
        if (!convolution && !std::holds_alternative<Gemm>(node.operation)) continue;
        if (node.metadata.contains(denoiser_mark)) continue;
        AnalogSite site{i, i, static_cast<std::int64_t>(sites.size()) + 1, convolution ? ++convolutions : 0};
        const auto next = reader.find(node.output);
        if (next != reader.end() && is_folded(graph, node, graph.nodes[next->second]))
            site.value_node = next->second;
        sites.push_back(site);
    }
    return sites;
}

const AnalogSite& site_of_convolution(const std::vector<AnalogSite>& sites, std::int64_t convolution) {
    const auto found = std::find_if(sites.begin(), sites.end(),
                                    [&](const AnalogSite& site) { return site.convolution == convolution; });
    if (convolution < 1 || found == sites.end())
        throw Error("a block after convolution {}: the network does not have it", convolution);
    return *found;
}

}  // namespace quell::train
