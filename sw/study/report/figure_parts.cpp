#include "sw/study/report/figure_parts.h"

#include "sw/figure/printable.h"

#include <fmt/format.h>

#include <algorithm>

namespace quell::study {

std::string title_with(const std::string& what, const std::string& fixed) {
    if (fixed.empty()) return what;
    constexpr std::size_t longest = 60, most_lines = 2;
    std::string title = what, line;
    std::size_t lines = 0;
    for (std::size_t begin = 0; begin < fixed.size();) {
        const std::size_t end = std::min(fixed.find(", ", begin), fixed.size());
        const std::string part = fixed.substr(begin, end - begin);
        begin = end + 2;
        if (!line.empty() && line.size() + 2 + part.size() > longest) {
            title += "\n" + line;
            line.clear();
            if (++lines == most_lines) return title + ", ...";
        }
        line += (line.empty() ? "" : ", ") + part;
    }
    return title + "\n" + figure::shortened(line, longest);
}

std::string fixed_sentence(const std::string& fixed) {
    return fixed.empty() ? "" : " Everything else at its value of the first done point: " + fixed + ".";
}

std::string seeds_sentence(const SweepGrid& grid) {
    const auto seeds = grid.seed_axes();
    if (seeds.empty()) return {};
    return fmt::format(" Means over {} seeds, bars: standard deviation.", seeds[0]->values.size());
}

std::vector<std::size_t> evenly(std::size_t count, std::size_t most) {
    std::vector<std::size_t> chosen;
    const std::size_t shown = std::min(count, most);
    for (std::size_t i = 0; i < shown; ++i)
        chosen.push_back(shown == 1 ? 0 : (i * (count - 1) + (shown - 1) / 2) / (shown - 1));
    return chosen;
}

void thin(FigureCurve& curve, std::string& caption) {
    constexpr std::size_t most = 4000;
    if (curve.points.size() <= most) return;
    const std::size_t stride = (curve.points.size() + most - 1) / most;
    std::vector<FigurePoint> kept;
    for (std::size_t i = 0; i < curve.points.size(); i += stride) kept.push_back(curve.points[i]);
    caption += fmt::format(" Of {} points one in {} is drawn; all are in the CSV file.", curve.points.size(),
                           stride);
    curve.points = std::move(kept);
}

}  // namespace quell::study
