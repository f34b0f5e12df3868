#include "sw/study/report/figure_parts.h"
#include "sw/study/report/metric_figures.h"

#include <fmt/format.h>

#include <algorithm>

namespace quell::study {

std::optional<Figure> spread_figure(const SweepGrid& grid, std::size_t metric, const GridAxis& seeds) {
    constexpr std::size_t most_groups = 12;
    const Metric& drawn = grid.study().metrics[metric];
    const auto plain = grid.plain_axes();
    const GridAxis* group = plain.empty() ? nullptr : plain[0];
    auto values = grid.values(metric, group);
    const std::string fixed = grid.fixed(group == nullptr ? seeds : *group, nullptr);
    Figure figure;
    figure.name = fmt::format("{}-spread-{}", drawn.name, seeds.name);
    figure.title = title_with(fmt::format("{} over {}", drawn.name, seeds.name), fixed);
    figure.caption =
        "Every seed's value, rising from left to right; beside them mean and standard deviation." +
        fixed_sentence(fixed);
    figure.y = {metric_label(drawn)};
    figure.x.label = group == nullptr ? seeds.name : group->label;
    figure.data.columns = {group == nullptr ? "all" : group->name, drawn.name, "mean", "standard_deviation"};
    FigureCurve dots, means;
    dots.line = means.line = false;
    dots.title = "a seed each";
    means.title = "mean and standard deviation";
    means.style = 1;
    const std::vector<std::size_t> shown = evenly(values.size(), most_groups);
    bool moves = false;
    for (std::size_t g = 0; g < values.size(); ++g) {
        auto& sorted = values[g];
        if (sorted.empty()) continue;
        std::ranges::sort(sorted);
        const SeedMean mean = mean_of(sorted);
        moves = moves || sorted.front() != sorted.back();
        const std::string name = group == nullptr ? "all" : group->values[g];
        for (const double value : sorted)
            figure.data.rows.push_back({name, value, mean.mean, mean.deviation});
        const auto at = std::ranges::find(shown, g);
        if (at == shown.end()) continue;
        const auto x = static_cast<double>(at - shown.begin());
        figure.x.ticks.push_back(
            {x, group == nullptr ? fmt::format("{} seeds", sorted.size()) : group->labels[g]});
        const auto last = static_cast<double>(std::max<std::size_t>(sorted.size() - 1, 1));
        for (std::size_t i = 0; i < sorted.size(); ++i)
            dots.points.push_back({x - 0.35 + 0.5 * static_cast<double>(i) / last, sorted[i]});
        means.points.push_back({x + 0.28, mean.mean, mean.deviation});
    }
    if (!moves) return std::nullopt;
    figure.x.low = -0.6;
    figure.x.high = static_cast<double>(shown.size()) - 0.4;
    figure.x.slanted = shown.size() > 6;
    thin(dots, figure.caption);
    figure.curves = {std::move(dots), std::move(means)};
    return figure;
}

}  // namespace quell::study
