#include "sw/study/report/figure_parts.h"
#include "sw/study/report/metric_figures.h"

#include <fmt/ranges.h>

namespace quell::study {
namespace {

// "less latency_us"
std::string aim(const Metric& metric) {
    return fmt::format("{} {}", metric.better == Better::more ? "more" : "less", metric.name);
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
    others.style = 4;
    best.style = 1;
    ValueRange x, y;
    for (std::size_t p = 0; p < study.points.size(); ++p) {
        const StudyPoint& point = study.points[p];
        if (point.status != PointStatus::done || !point.metrics.at(first) || !point.metrics.at(second))
            continue;
        const FigurePoint at{*point.metrics[first], *point.metrics[second]};
        x.add(at.x);
        y.add(at.y);
        (front[p] ? best : others).points.push_back(at);
        if (front[p]) figure.texts.push_back({at.x, at.y, fmt::format("{}", point.number)});
        figure.data.rows.push_back(
            {static_cast<double>(point.number), at.x, at.y, std::string(front[p] ? "yes" : "no")});
    }
    if (best.points.empty()) return std::nullopt;
    figure.x = {metric_label(a), x.wants_logarithm()};
    figure.y = {metric_label(b), y.wants_logarithm()};
    figure.caption = fmt::format("The front of {}", fmt::join(study.objectives, ", "));
    figure.caption += study.objectives.size() > 2 ? "; two of the objectives are seen here." : ".";
    figure.caption += fmt::format(" Better is {} and {}.", aim(a), aim(b));
    if (figure.texts.size() > most_numbers) {
        figure.texts.clear();
    } else {
        figure.caption += " Numbers are those of the points in the tables.";
    }
    thin(others, figure.caption);
    thin(best, figure.caption);
    if (!others.points.empty()) figure.curves.push_back(std::move(others));
    figure.curves.push_back(std::move(best));
    return figure;
}

}  // namespace quell::study
