// What a layer asks of the machine, in the terms that cost time. The compiler writes it, the closed forms of
// layer_timing.h time it, and the context words carry the same to the transaction-level platform.
//
// A layer runs in passes (one, unless its weights do not fit on the grid at once), a pass strip by strip:
// some output rows whose input is loaded, multiplied, worked on by the digital units and stored, each
// overlapping its neighbours'.
#pragma once

#include "models/timing/digital_function.h"

#include <cstdint>
#include <vector>

namespace quell::timing {

// Addresses count 16-bit words: the scratchpad lies at 0, the data memory here.
constexpr std::int64_t memory_base = std::int64_t{1} << 33;

// Moves `words` 16-bit words at `address` over the interconnect.
struct Transfer {
    std::int64_t address = 0;
    std::int64_t words = 0;
    bool in_memory() const { return address >= memory_base; }
    bool operator==(const Transfer&) const = default;
};

// Work of the digital units: elements of the busiest PE; `remote`: 16-bit words of partial sums that come
// from another PE over the interconnect's links.
struct DigitalStep {
    DigitalFunction function = DigitalFunction::bias;
    std::int64_t elements = 0;
    bool accumulate = false;  // adding up partial sums of row splits; the function plays no part
    bool remote = false;
    bool operator==(const DigitalStep&) const = default;
};

struct Strip {
    std::vector<Transfer> loads;
    std::int64_t products = 0;  // per crossbar, one after the other; 0: the digital units compute
    std::vector<DigitalStep> digital;
    std::vector<Transfer> stores;
    bool operator==(const Strip&) const = default;
};

// `count` strips of the same size; their transfers go on where those of the strip before ended.
struct StripRun {
    Strip strip;
    std::int64_t count = 1;
};

// The PEs that work together, all on the same context words.
struct PeRange {
    int first = 0;
    int count = 0;
    bool operator==(const PeRange&) const = default;
};

// One pass over the layer with the weights that are on the grid at the time.
struct Pass {
    PeRange pes;
    std::int64_t crossbars_per_pe = 0;  // of the busiest PE; 0: no crossbars take part
    std::int64_t crossbars = 0;         // of all
    bool program = false;               // the weights are written first
    std::int64_t weight_address = 0;    // where they come from
    std::int64_t weight_words = 0;
    std::vector<StripRun> runs;
};

}  // namespace quell::timing
