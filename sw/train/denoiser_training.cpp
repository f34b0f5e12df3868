#include "sw/train/denoiser_training.h"

#include "models/network/executor_factory.h"
#include "sw/train/analog_sites.h"
#include "sw/train/block_words.h"

#include <fmt/format.h>

#include <iostream>
#include <map>

namespace quell::train {
namespace {

std::vector<std::int64_t> places(const CommandInputs& inputs, const NoisyNetwork& network) {
    if (network.configuration().placement.after) return *network.configuration().placement.after;
    const Placement placement = inputs.find_placement(network);
    std::cerr << fmt::format("blocks after {}: {:.3f} of a budget of {:g}\n",
                             fmt::join(placement.convolutions(), ","), placement.cost, placement.budget);
    return placement.convolutions();
}

}  // namespace

std::vector<RealBlock> first_blocks(const CommandInputs& inputs, const NoisyNetwork& network,
                                    std::uint64_t seed) {
    const std::vector<AnalogSite> sites = analog_sites(network.folded());
    std::map<std::int64_t, double> wanted;
    for (const std::int64_t convolution : places(inputs, network))
        wanted[site_of_convolution(sites, convolution).convolution] = 0;
    std::vector<RealBlock> blocks;
    for (const Candidate& candidate : candidates(network.folded(), wanted, network.configuration())) {
        blocks.push_back(draw_block(candidate.convolution, candidate.geometry,
                                    network.configuration().denoiser.leaky_shift, seed));
    }
    return blocks;
}

std::vector<network::PlacedBlock> words_of(const NoisyNetwork& network,
                                           const std::vector<RealBlock>& blocks) {
    const auto hook = network.noise(network.configuration().noise.seed);
    const auto ranges =
        measure_blocks(network.folded(), blocks, hook.get(), network.calibration_images(), network.device());
    // The words on which the simulator's blocks work.
    const auto executor =
        network::make_executor(network.folded(), config::Arithmetic::fixed16, network.calibration_images());
    const std::vector<AnalogSite> sites = analog_sites(network.folded());
    std::vector<network::PlacedBlock> placed;
    for (const RealBlock& block : blocks) {
        const AnalogSite& site = site_of_convolution(sites, block.convolution);
        placed.push_back(to_words(block, ranges.at(block.convolution),
                                  executor->product_fraction_bits(site.product).value()));
    }
    return placed;
}

}  // namespace quell::train
