#include "models/base/error.h"
#include "models/config/denoiser_config.h"
#include "models/config/option_table.h"
#include "models/config/placement_config.h"
#include "models/config/section_options.h"

#include <set>

namespace quell::config {
namespace {

const char* const paper_hardware = "arXiv 2409.18553, hardware paragraph";
const char* const paper_setup = "arXiv 2409.18553, setup";

void register_sram(OptionTable& table, const std::string& prefix, const std::string& what, SramConfig& config,
                   const std::string& source) {
    table.add(prefix + "_bytes", config.bytes)
        .unit("bytes")
        .range(64, static_cast<double>(kLargestSramBytes))
        .help("Size of the " + what + " SRAM")
        .source(source);
    table.add(prefix + "_banks", config.banks)
        .unit("banks")
        .range(1, 256)
        .help("Banks of the " + what + " SRAM; words at consecutive addresses lie in consecutive banks")
        .source(source);
    table.add(prefix + "_read_words", config.read_words)
        .unit("16-bit words per cycle")
        .range(1, 256)
        .help("Words read from the " + what + " SRAM in one cycle")
        .source(source);
    table.add(prefix + "_read_latency", config.read_latency)
        .unit("cycles")
        .range(1, 4)
        .help("From address to data in the " + what + " SRAM; the DMA engine's set-up hides up to 4")
        .source("ours: a synchronous SRAM");
}

void validate(const std::string& prefix, const SramConfig& config) {
    if (config.bytes % 2 != 0) {
        throw UsageError("denoiser.{}_bytes = {}: expected an even number, words have 16 bits", prefix,
                         config.bytes);
    }
}

}  // namespace

void register_denoiser_options(OptionTable& table, DenoiserConfig& config, PlacementConfig& placement) {
    table.section("denoiser", "The denoiser block: its hardware and where it stands");
    table.add("denoiser.after", placement.after)
        .range(1, 1e6)
        .help(
            "Convolutions a block follows, numbered from 1 in execution order; auto: those of the network's "
            "file")
        .source(
            "arXiv 2409.18553, hardware paragraph: 1,20 in ResNet-18, taken by `quell run` without a model");
    table.add("denoiser.weights", placement.weights)
        .help(
            "Folder of the blocks' weights for values, block_<convolution>.npz; a built-in network's are "
            "drawn")
        .source("ours");
    table.add("denoiser.cores", config.cores)
        .unit("cores")
        .range(1, 64)
        .help("Convolution cores, each a 3x3 systolic array")
        .source(std::string(paper_hardware) + " (4 in its training setup)");
    table.add("denoiser.lanes", config.lanes)
        .unit("lanes")
        .range(1, 64)
        .help("Noise-cancellation lanes")
        .source(paper_setup);
    table
        .add("denoiser.schedule", config.schedule,
             Choices<Schedule>{{"sequential", Schedule::sequential}, {"overlapped", Schedule::overlapped}})
        .help("One hardware block enabled at a time, or LeakyReLU and cancellation beside the convolutions")
        .source("arXiv 2409.18553: the control unit enables one block at a time; overlapped is ours");
    table
        .add("denoiser.heads", config.heads,
             Choices<Heads>{{"full", Heads::full}, {"grouped", Heads::grouped}})
        .help("The 1x1 heads for mean and variance: full, or in gcd(bottleneck, channels) groups")
        .source("ours: the paper does not say; its 0.6 % of parameters needs grouped heads");
    table
        .add("denoiser.sampling", config.sampling,
             Choices<Sampling>{{"stochastic", Sampling::stochastic}, {"mean", Sampling::mean}})
        .help("Subtract a sample of the noise, or its mean alone")
        .source("arXiv 2409.18553, equation 1; mean is ours");
    table.add("denoiser.unc_outputs", config.normals_per_pair)
        .range(1, 2)
        .help("Normal numbers taken from one pair of uniform ones: 1 uses Z1 only, 2 uses Z1 and Z2")
        .source("arXiv 2409.18553: Z1 only");
    table.add("denoiser.bottleneck_ratio", config.bottleneck_ratio)
        .above(0)
        .help(
            "Channels inside the block, as a part of those of the feature map: max(1, floor(C * ratio)); at "
            "most 1")
        .source(paper_setup);
    table.add("denoiser.bias", config.bias)
        .help("Whether weights drawn from the seed come with biases")
        .source("ours: the paper's figure shows none");
    table.add("denoiser.leaky_shift", config.leaky_shift)
        .range(0, 15)
        .help("LeakyReLU's slope for negative values is 2^-leaky_shift")
        .source("ours: 2^-7 is the power of two nearest to the usual 0.01");
    table.add("denoiser.lfsr_width", config.lfsr_width)
        .unit("bits")
        .range(16, 64)
        .help("Width of the linear-feedback shift registers behind the uniform numbers")
        .source("ours: the period must outlast a feature map");
    register_sram(table, "denoiser.activation_sram", "activation", config.activation,
                  "ours: reloading the cores needs 6 words, four lanes need 12 read and 4 written");
    table.add("denoiser.activation_sram_write_words", config.activation.write_words)
        .unit("16-bit words per cycle")
        .range(1, 256)
        .help("Words that cores, LeakyReLU and lanes write to the activation SRAM in one cycle")
        .source("ours: reloading the cores needs 6 words, four lanes need 12 read and 4 written");
    register_sram(table, "denoiser.weight_sram", "weight", config.weight,
                  "ours: every core shares one stream of weights");
    table.add("denoiser.partial_sum_channels", config.partial_sum_channels)
        .unit("output channels")
        .range(1, 65536)
        .help("Output channels whose partial sums one core holds, per half of its double buffer")
        .source("ours: the widest bottleneck, 512 / 4");
    table.add("denoiser.dma_bits", config.dma_bits)
        .unit("bits")
        .range(16, 4096)
        .help("Width of the data socket; one beat per cycle")
        .source("ours: a common bus width");
}

void validate(const DenoiserConfig& config) {
    if (config.bottleneck_ratio > 1) {
        throw UsageError(
            "denoiser.bottleneck_ratio = {}: expected at most 1, a bottleneck is not wider than its map",
            config.bottleneck_ratio);
    }
    if (config.dma_bits % 16 != 0) {
        throw UsageError("denoiser.dma_bits = {}: expected a multiple of 16, the width of a word",
                         config.dma_bits);
    }
    validate("activation_sram", config.activation);
    validate("weight_sram", config.weight);
}

void validate(const PlacementConfig& config) {
    std::set<std::int64_t> seen;
    for (std::int64_t convolution : config.after.value_or(std::vector<std::int64_t>{})) {
        if (!seen.insert(convolution).second) {
            throw UsageError("denoiser.after names convolution {} twice, expected once", convolution);
        }
    }
}

}  // namespace quell::config
