// How long the LeakyReLU unit and the noise-cancellation lanes take over a run of words (docs/timing.md,
// section 4).
#pragma once

#include "models/timing/cycles.h"

namespace quell::timing {

// A step's cycles and where they went; compute + fill + drain + sram_stall = total().
struct VectorTime {
    Cycles compute = 0, fill = 0, drain = 0, sram_stall = 0;
    Cycles total() const { return compute + fill + drain + sram_stall; }
};

// In-place LeakyReLU over `words` consecutive words, as many a cycle as can be both read and written.
VectorTime leaky_relu_time(std::int64_t words, int read_words, int write_words, Cycles read_latency);

// How the lanes take elements: `lanes` a cycle, fetched in groups that one cycle reads of each operand.
struct LaneUse {
    int lanes = 1;       // in use; at most what the ports can feed and empty
    int group = 1;       // elements fetched together: lanes * floor(read_words / lanes)
    int operands = 3;    // x, mean and variance; 2 without the variance
    Cycles latency = 0;  // of a lane
};
LaneUse lane_use(int lanes, int read_words, bool stochastic);

// Cancellation of `elements` consecutive elements.
VectorTime cancel_time(std::int64_t elements, const LaneUse& use, Cycles read_latency);

}  // namespace quell::timing
