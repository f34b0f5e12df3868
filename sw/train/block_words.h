// From a trained block to the hardware's words, and back to what the words mean.
#pragma once

#include "models/network/blocks/denoiser_blocks.h"
#include "sw/train/real_block.h"
#include "sw/train/training.h"

namespace quell::train {

// `x_fraction_bits`: of the words that the block works on. Values get the fraction bits with which twice the
// largest one seen fits, weights the most with which they fit, fewer where a requantising shift or a bias
// would leave what the hardware has. Throws Error for weights that are not finite.
network::PlacedBlock to_words(const RealBlock& block, const BlockRanges& ranges, int x_fraction_bits);

// The real numbers that the words stand for.
RealBlock to_real(const network::PlacedBlock& block);

}  // namespace quell::train
