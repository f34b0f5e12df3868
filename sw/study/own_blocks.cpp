#include "sw/study/own_blocks.h"

#include "models/base/error.h"

#include <algorithm>
#include <numeric>

namespace quell::study {
namespace {

using network::PlacedBlock;

bool fits(double ratio, const std::vector<PlacedBlock>& blocks, config::DenoiserConfig config) {
    config.bottleneck_ratio = ratio;
    return std::all_of(blocks.begin(), blocks.end(), [&](const PlacedBlock& block) {
        return denoiser::make_geometry(block.geometry.channels, 1, 1, config).bottleneck ==
               block.geometry.bottleneck;
    });
}

// The ratio at hand if it gives every block its bottleneck, otherwise one that does.
double common_ratio(const std::vector<PlacedBlock>& blocks, const config::DenoiserConfig& config,
                    const std::string& network) {
    if (fits(config.bottleneck_ratio, blocks, config)) return config.bottleneck_ratio;
    for (const PlacedBlock& block : blocks) {
        // In the middle of those that give this block its bottleneck, and at their least.
        for (const double more : {0.5, 0.0}) {
            const double ratio = (static_cast<double>(block.geometry.bottleneck) + more) /
                                 static_cast<double>(block.geometry.channels);
            if (ratio <= 1 && fits(ratio, blocks, config)) return ratio;
        }
    }
    throw Error("{}: no bottleneck ratio gives all of its blocks their bottlenecks", network);
}

config::Heads heads_of(const PlacedBlock& block, const std::string& network) {
    const denoiser::Geometry& g = block.geometry;
    if (g.groups == 1) return config::Heads::full;
    if (g.groups == std::gcd(g.bottleneck, g.channels)) return config::Heads::grouped;
    throw Error("{}: the heads of the block after convolution {} have {} groups, 1 or {} are expected",
                network, block.convolution, g.groups, std::gcd(g.bottleneck, g.channels));
}

// Groups of one are full and grouped heads alike.
bool either_heads(const PlacedBlock& block) {
    return std::gcd(block.geometry.bottleneck, block.geometry.channels) == 1;
}

template <typename T>
void adopt(const config::OptionTable& table, const std::string& option, T& value, const T& own) {
    if (value == own) return;
    if (table.is_given(option)) {
        throw UsageError(
            "{} = {}: the network's own blocks were trained otherwise, expected the option not given", option,
            table.at(option).text());
    }
    value = own;
}

}  // namespace

std::vector<PlacedBlock> take_own_blocks(network::Graph& graph, const config::OptionTable& table,
                                         config::Configuration& c) {
    std::vector<PlacedBlock> blocks = network::take_blocks(graph);
    if (!adopt_blocks(blocks, graph.name, table, c)) blocks.clear();
    return blocks;
}

bool adopt_blocks(const std::vector<PlacedBlock>& blocks, const std::string& network,
                  const config::OptionTable& table, config::Configuration& c) {
    if (blocks.empty() || (c.placement.after && c.placement.after->empty())) return false;
    if (!c.placement.weights.empty()) {
        throw UsageError("denoiser.weights = {}: {} brings blocks of its own",
                         table.at("denoiser.weights").text(), network);
    }
    const PlacedBlock& first = blocks.front();
    std::vector<std::int64_t> after;
    std::optional<config::Heads> heads;
    for (const PlacedBlock& block : blocks) {
        after.push_back(block.convolution);
        if (block.geometry.variance_head != first.geometry.variance_head ||
            block.leaky_shift != first.leaky_shift) {
            throw Error(
                "{}: the blocks after convolutions {} and {} differ in their variance heads or slopes",
                network, first.convolution, block.convolution);
        }
        const config::Heads own = heads_of(block, network);
        if (either_heads(block)) continue;
        if (heads.value_or(own) != own)
            throw Error("{}: some blocks have full heads, others grouped ones", network);
        heads = own;
    }
    // A configuration that was written down names them.
    if (c.placement.after.value_or(after) != after) {
        throw UsageError(
            "denoiser.after = {}: {} brings blocks of its own, expected auto, or none to run it without them",
            table.at("denoiser.after").text(), network);
    }
    c.placement.after = std::move(after);
    adopt(table, "denoiser.heads", c.denoiser.heads, heads.value_or(c.denoiser.heads));
    adopt(table, "denoiser.sampling", c.denoiser.sampling,
          first.geometry.variance_head ? config::Sampling::stochastic : config::Sampling::mean);
    adopt(table, "denoiser.leaky_shift", c.denoiser.leaky_shift, first.leaky_shift);
    adopt(table, "denoiser.bottleneck_ratio", c.denoiser.bottleneck_ratio,
          common_ratio(blocks, c.denoiser, network));
    return true;
}

}  // namespace quell::study
