// Denoiser blocks for one network: where they go, what they begin as, and the words they end as.
#pragma once

#include "models/network/blocks/denoiser_blocks.h"
#include "sw/train/command_inputs.h"
#include "sw/train/noisy_network.h"
#include "sw/train/real_block.h"

#include <cstdint>
#include <vector>

namespace quell::train {

// After the convolutions that denoiser.after names, else where the placement of `inputs` puts them; their
// numbers, cost and budget are told on standard error.
std::vector<RealBlock> first_blocks(const CommandInputs& inputs, const NoisyNetwork& network,
                                    std::uint64_t seed);

// The blocks in the hardware's words, ranges measured under the noise of the configuration.
std::vector<network::PlacedBlock> words_of(const NoisyNetwork& network, const std::vector<RealBlock>& blocks);

}  // namespace quell::train
