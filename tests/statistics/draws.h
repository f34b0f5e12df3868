// Where samples come from: the lanes' normals and the registers behind them.
#pragma once

#include "tests/statistics/correlator.h"

#include <cstdint>
#include <functional>

namespace quell::statistics {

// Replaces every sample of every series by the next ones of its source.
using Draw = std::function<void(std::vector<Series>&)>;

struct Generator {
    int width = 32;  // bits of the LFSRs
    int lanes = 4;
    int normals_per_pair = 1;  // 1: Z1 alone, 2: Z1 and Z2
};

// One series of normals for each lane, as a start of the denoiser block with this seed draws them.
Draw normals(const Generator& generator, std::uint64_t seed);

// One series for each register, lane l's U1 and U2 being 2l and 2l + 1: the state's top 12 bits, less 2048.
Draw registers(const Generator& generator, std::uint64_t seed);

}  // namespace quell::statistics
