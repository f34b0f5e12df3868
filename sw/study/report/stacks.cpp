#include "sw/study/report/stacks.h"

#include "sw/study/report/palette.h"

#include <algorithm>
#include <map>

namespace quell::study {
namespace {

constexpr std::size_t most_kinds = 8;
constexpr double half_width = 0.4;

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
    std::vector<FigureBars> bars;
    for (std::size_t i = 0; i < kinds.size(); ++i)
        bars.push_back({kinds[i], std::string(okabe_ito[i % okabe_ito.size()]), {}});
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
