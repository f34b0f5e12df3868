// Puts stacks of crossbars on the PEs of the grid, one after the other.
#pragma once

#include "models/timing/layer_work.h"

#include <cstdint>
#include <optional>

namespace quell::compiler {

// Where a layer lies. A stack is the crossbars that make the same outputs (the row splits of one column
// block).
struct Placement {
    timing::PeRange pes;
    std::int64_t crossbars_per_pe = 0;  // of the busiest PE
    std::int64_t stacks_per_pe = 0;     // that end in the busiest PE
    std::int64_t pes_per_stack = 1;     // > 1: its partial sums cross the interconnect
};

// A stack that fits into a PE lies in one: the room it leaves at a PE's end stays empty. One that does not is
// spread over as many PEs of its own as it needs.
class GridPlacement {
public:
    GridPlacement(std::int64_t pes, std::int64_t crossbars_per_pe)
        : pes_(pes), crossbars_per_pe_(crossbars_per_pe) {}

    // Places `stacks` stacks of `height` crossbars behind what lies there already, or nothing at all.
    std::optional<Placement> place(std::int64_t height, std::int64_t stacks);
    void clear();

    std::int64_t free_stacks(std::int64_t height) const;  // how many more of them would fit
    std::int64_t free_crossbars() const { return (pes_ - pe_) * crossbars_per_pe_ - used_; }

private:
    std::int64_t pes_, crossbars_per_pe_;
    std::int64_t pe_ = 0, used_ = 0;  // the first PE with room, and what is taken of it
};

}  // namespace quell::compiler
