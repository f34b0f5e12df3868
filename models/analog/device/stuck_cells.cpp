#include "models/analog/device/stuck_cells.h"

#include "models/numeric/counter_random.h"

#include <array>
#include <cmath>

namespace quell::analog {

std::int64_t stuck_count(double percent, std::int64_t cells) {
    return std::llround(percent / 100.0 * static_cast<double>(cells));
}

std::vector<StuckCell> draw_stuck_cells(std::uint64_t seed, std::int64_t product, std::int64_t cells,
                                        std::int64_t on, std::int64_t off) {
    std::vector<StuckCell> drawn;
    drawn.reserve(static_cast<std::size_t>(on + off));
    std::array<std::uint32_t, 4> words{};
    for (std::int64_t cell = 0; cell < cells && on + off > 0; ++cell) {
        if (cell % 4 == 0) {
            words = numeric::random_words(seed, numeric::Purpose::stuck_cell,
                                          static_cast<std::uint64_t>(cell / 4),
                                          static_cast<std::uint32_t>(product));
        }
        // One of the cells that are left, this one and those behind it: the first `on` of them mean on.
        const auto left = static_cast<std::uint64_t>(cells - cell);
        const auto place =
            static_cast<std::int64_t>((words[static_cast<std::size_t>(cell % 4)] * left) >> 32);
        if (place < on) {
            drawn.push_back({cell, 1.0F});
            --on;
        } else if (place < on + off) {
            drawn.push_back({cell, 0.0F});
            --off;
        }
    }
    return drawn;
}

}  // namespace quell::analog
