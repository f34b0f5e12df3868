// One denoiser block at every fidelity: the bits of the golden model, the cycles, phases, breakdown and SRAM
// accesses of each other.
#pragma once

#include "models/config/denoiser_config.h"

#include <cstdint>

namespace quell::test {

struct BlockCase {
    config::DenoiserConfig config;
    std::int64_t channels = 1, height = 1, width = 1;
    std::uint64_t seed = 1;
};

// Fails the test that calls it where anything differs.
void agree(const BlockCase& block);

// So many cases drawn from a seed that is printed; anew each time unless QUELL_AGREEMENT_SEED gives it.
void drawn_blocks_agree(int trials);

}  // namespace quell::test
