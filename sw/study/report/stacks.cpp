#include "sw/study/report/stacks.h"

#include "sw/study/report/palette.h"

#include <algorithm>
#include <array>
#include <map>

namespace quell::study {
namespace {

constexpr std::size_t most_kinds = 8;
constexpr double half_width = 0.4;

// The same kind has the same colour in every figure that has room for it, and one that no other has in all.
std::vector<std::string> colours_of(const std::vector<std::string>& kinds) {
    static constexpr std::array<std::pair<std::string_view, std::size_t>, 11> preferred = {
        {{"compute", 0},
         {"denoiser", 1},
         {"load", 2},
         {"fill", 3},
         {"digital", 3},
         {"store", 4},
         {"drain", 5},
         {"bus_stall", 6},
         {"sram_stall", 7},
         {"memory_stall", 7},
         {"program", 1}}};
    std::vector<std::string> colours(kinds.size());
    std::array<bool, okabe_ito.size()> taken{};
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const auto found =
            std::ranges::find(preferred, kinds[i], [](const auto& entry) { return entry.first; });
        if (found == preferred.end() || taken[found->second]) continue;
        taken[found->second] = true;
        colours[i] = okabe_ito[found->second];
    }
    for (std::string& colour : colours) {
        if (!colour.empty()) continue;
        const auto free = static_cast<std::size_t>(std::ranges::find(taken, false) - taken.begin());
        taken[free] = true;  // there are no more kinds than colours
        colour = okabe_ito[free];
    }
    return colours;
}

// Kinds that are anywhere above 0, as they come.
std::vector<std::string> kinds_of(const std::vector<Stack>& stacks, std::map<std::string, double>& sums) {
    std::vector<std::string> kinds;
    for (const Stack& stack : stacks) {
        for (const auto& [name, value] : stack.parts) {
            if (value <= 0) continue;
            if (sums[name] == 0) kinds.push_back(name);
            sums[name] += value;
        }
    }
    return kinds;
}

}  // namespace

NamedNumbers in_percent(const NamedNumbers& parts) {
    double sum = 0;
    for (const auto& [name, value] : parts) sum += value;
    NamedNumbers percents = parts;
    for (auto& [name, value] : percents) value = sum == 0 ? 0 : 100 * value / sum;
    return percents;
}

std::vector<FigureBars> stacked_bars(const std::vector<Stack>& stacks, bool upright) {
    std::map<std::string, double> sums;
    std::vector<std::string> kinds = kinds_of(stacks, sums);
    if (kinds.size() > most_kinds) {
        std::vector<std::string> by_size = kinds;
        std::ranges::stable_sort(by_size, [&](const auto& a, const auto& b) { return sums[a] > sums[b]; });
        by_size.resize(most_kinds - 1);
        std::erase_if(kinds,
                      [&](const auto& kind) { return std::ranges::find(by_size, kind) == by_size.end(); });
    }
    static_assert(most_kinds <= okabe_ito.size());
    const std::vector<std::string> colours = colours_of(kinds);
    std::vector<FigureBars> bars;
    for (std::size_t i = 0; i < kinds.size(); ++i) bars.push_back({kinds[i], colours[i], {}});
    FigureBars others{"others", std::string(rest_colour), {}};
    for (const Stack& stack : stacks) {
        double bottom = 0;
        const auto put = [&](FigureBars& series, double value) {
            if (value <= 0) return;
            const double left = stack.position - half_width, right = stack.position + half_width;
            series.boxes.push_back(upright ? FigureBox{left, right, bottom, bottom + value}
                                           : FigureBox{bottom, bottom + value, left, right});
            bottom += value;
        };
        double rest = 0;
        for (const auto& [name, value] : stack.parts) {
            if (std::ranges::find(kinds, name) == kinds.end()) rest += value;
        }
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            for (const auto& [name, value] : stack.parts) {
                if (name == kinds[i]) put(bars[i], value);
            }
        }
        put(others, rest);
    }
    if (!others.boxes.empty()) bars.push_back(std::move(others));
    return bars;
}

}  // namespace quell::study
