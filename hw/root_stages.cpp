#include "hw/root_stages.h"

#include <fmt/format.h>

#include <array>

namespace quell::hw {

namespace {

using Registers = std::array<std::uint32_t, RootStages::kMostStages + 1>;

// Eight stages between registers [first, first + 8) and the next ones. All are read before one is written.
// Below the first block all bits of the radicand have come down to `high`.
template <bool with_low>
[[gnu::always_inline]] inline void eight_stages(int first, Registers& roots, Registers& remainders,
                                                Registers& highs, Registers& lows) {
    std::uint32_t *root = roots.data() + first, *remainder = remainders.data() + first,
                  *high = highs.data() + first, *low = lows.data() + first;
    std::uint32_t next_root[8], next_remainder[8], next_high[8], next_low[8];
    for (int i = 0; i < 8; ++i) {
        // Below 2^27, so that signed comparisons do.
        const auto brought_down = static_cast<std::int32_t>(remainder[i] << 2 | high[i] >> 30);
        const std::int32_t difference = brought_down - static_cast<std::int32_t>(root[i] << 2 | 1);
        const bool fits = difference >= 0;
        next_remainder[i] = static_cast<std::uint32_t>(fits ? difference : brought_down);
        next_root[i] = root[i] << 1 | (fits ? 1U : 0U);
        next_high[i] = high[i] << 2 | (with_low ? low[i] >> 30 : 0);
        if (with_low) next_low[i] = low[i] << 2;
    }
    for (int i = 0; i < 8; ++i) {
        root[i + 1] = next_root[i];
        remainder[i + 1] = next_remainder[i];
        high[i + 1] = next_high[i];
        if (with_low) low[i + 1] = next_low[i];
    }
}

// From the back, so that every register is read before it takes its next value.
[[gnu::target_clones("avx2", "default")]] void advance_blocks(int blocks, Registers& roots,
                                                              Registers& remainders, Registers& highs,
                                                              Registers& lows) {
    for (int block = blocks - 1; block > 0; --block) {
        eight_stages<false>(RootStages::kBlock * block, roots, remainders, highs, lows);
    }
    eight_stages<true>(0, roots, remainders, highs, lows);
}

}  // namespace

void RootStages::advance() {
    advance_blocks((stages_ - 1) / kBlock + 1, root_, remainder_, high_, low_);
}

void RootStages::trace(sc_core::sc_trace_file* file, const std::string& prefix, int first) const {
    for (int stage = 1; stage <= stages_; ++stage) {
        const std::string name = fmt::format("{}{:02}.", prefix, first + stage - 1);
        const auto at = static_cast<std::size_t>(stage);
        // A root so far of n bits leaves a remainder of at most n + 1.
        sc_trace(file, root_[at], name + "root", stage);
        sc_trace(file, remainder_[at], name + "remainder", stage + 1);
    }
}

}  // namespace quell::hw
