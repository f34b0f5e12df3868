#include "sw/study/report/figure_parts.h"
#include "sw/study/report/metric_figures.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace quell::study {
namespace {

// "less latency_us"
std::string aim(const Metric& metric) {
    return fmt::format("{} {}", metric.better == Better::more ? "more" : "less", metric.name);
}

// As many as can be read.
std::vector<FigureText> without_overlaps(const std::vector<FigureText>& texts, const ValueRange& x,
                                         const ValueRange& y) {
    const double near_x = 0.08 * (x.high() - x.low()), near_y = 0.06 * (y.high() - y.low());
    std::vector<FigureText> kept;
    for (const FigureText& text : texts) {
        const bool free = std::ranges::none_of(kept, [&](const FigureText& other) {
            return std::fabs(text.x - other.x) <= near_x && std::fabs(text.y - other.y) <= near_y;
        });
        if (free) kept.push_back(text);
    }
    return kept;
}

}  // namespace

std::optional<Figure> pareto_figure(const SweepGrid& grid, std::size_t first, std::size_t second,
                                    const std::vector<bool>& front) {
    constexpr std::size_t most_numbers = 12;
    const StudyTable& study = grid.study();
    const Metric &a = study.metrics[first], &b = study.metrics[second];
    Figure figure;
    figure.name = "pareto-front";
    figure.title = fmt::format("Pareto front: {} and {}", a.name, b.name);
    figure.data.columns = {"point", a.name, b.name, "on_front"};
    FigureCurve others, best;
    others.title = "points";
    best.title = "on the front";
    others.line = best.line = false;
    best.style = 1;
    ValueRange x, y;
    std::vector<FigureText> numbers;
    for (std::size_t p = 0; p < study.points.size(); ++p) {
        const StudyPoint& point = study.points[p];
        if (point.status != PointStatus::done || !point.metrics.at(first) || !point.metrics.at(second))
            continue;
        const FigurePoint at{*point.metrics[first], *point.metrics[second]};
        x.add(at.x);
        y.add(at.y);
        (front[p] ? best : others).points.push_back(at);
        if (front[p]) numbers.push_back({at.x, at.y, fmt::format("{}", point.number)});
        figure.data.rows.push_back(
            {static_cast<double>(point.number), at.x, at.y, std::string(front[p] ? "yes" : "no")});
    }
    if (best.points.empty()) return std::nullopt;
    figure.x = {metric_label(a), x.wants_logarithm()};
    figure.y = {metric_label(b), y.wants_logarithm()};
    figure.caption = fmt::format("The front of {}", fmt::join(study.objectives, ", "));
    figure.caption += study.objectives.size() > 2 ? "; two of the objectives are seen here." : ".";
    figure.caption += fmt::format(" Better is {} and {}.", aim(a), aim(b));
    if (numbers.size() <= most_numbers) {
        figure.texts = without_overlaps(numbers, x, y);
        figure.caption += " Numbers are those of the points in the tables.";
    }
    thin(others, figure.caption);
    thin(best, figure.caption);
    if (!others.points.empty()) figure.curves.push_back(std::move(others));
    figure.curves.push_back(std::move(best));
    return figure;
}

}  // namespace quell::study
