#include "sw/compiler/grid_placement.h"

#include "models/timing/cycles.h"

#include <algorithm>

namespace quell::compiler {

using timing::ceil_divide;

void GridPlacement::clear() {
    pe_ = 0;
    used_ = 0;
}

std::int64_t GridPlacement::free_stacks(std::int64_t height) const {
    if (pe_ >= pes_) return 0;
    if (height > crossbars_per_pe_) {
        const std::int64_t whole = pes_ - pe_ - (used_ > 0 ? 1 : 0);
        return whole / ceil_divide(height, crossbars_per_pe_);
    }
    return (crossbars_per_pe_ - used_) / height + (pes_ - pe_ - 1) * (crossbars_per_pe_ / height);
}

std::optional<Placement> GridPlacement::place(std::int64_t height, std::int64_t stacks) {
    if (stacks > free_stacks(height)) return std::nullopt;
    Placement placement;
    if (height > crossbars_per_pe_) {
        if (used_ > 0) ++pe_;
        used_ = 0;
        placement.pes_per_stack = ceil_divide(height, crossbars_per_pe_);
        placement.pes = {static_cast<int>(pe_), static_cast<int>(placement.pes_per_stack * stacks)};
        placement.crossbars_per_pe = crossbars_per_pe_;
        placement.stacks_per_pe = 1;
        pe_ += placement.pes.count;
        return placement;
    }
    std::int64_t left = stacks;
    std::int64_t last = pe_;
    bool begun = false;
    while (left > 0) {
        const std::int64_t here = std::min(left, (crossbars_per_pe_ - used_) / height);
        if (here > 0) {
            if (!begun) placement.pes.first = static_cast<int>(pe_);
            begun = true;
            last = pe_;
            placement.stacks_per_pe = std::max(placement.stacks_per_pe, here);
            used_ += here * height;
            left -= here;
        }
        if (left > 0) {
            ++pe_;
            used_ = 0;
        }
    }
    placement.pes.count = static_cast<int>(last - placement.pes.first + 1);
    placement.crossbars_per_pe = placement.stacks_per_pe * height;
    return placement;
}

}  // namespace quell::compiler
