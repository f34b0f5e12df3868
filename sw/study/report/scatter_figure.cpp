#include "sw/study/report/figure_parts.h"
#include "sw/study/report/metric_figures.h"

#include <fmt/format.h>

namespace quell::study {

std::optional<Figure> scatter_figure(const SweepGrid& grid, std::size_t metric, const GridAxis& x) {
    const StudyTable& study = grid.study();
    const Metric& drawn = study.metrics[metric];
    Figure figure;
    figure.name = fmt::format("{}-scatter-{}", drawn.name, x.name);
    figure.title = fmt::format("{} by {}", drawn.name, x.name);
    figure.caption = "Every done point; the other axes vary as well.";
    figure.data.columns = {"point", x.name, drawn.name};
    const std::vector<double> positions = grid.positions(x);
    FigureCurve curve;
    curve.line = false;
    ValueRange range;
    for (std::size_t p = 0; p < study.points.size(); ++p) {
        const StudyPoint& point = study.points[p];
        if (point.status != PointStatus::done || !point.metrics.at(metric)) continue;
        const double value = *point.metrics[metric];
        curve.points.push_back({positions[grid.level(p, x)], value});
        figure.data.rows.push_back({static_cast<double>(point.number), point.values[x.column], value});
        range.add(value);
    }
    if (!range.moves()) return std::nullopt;
    figure.x = grid.figure_axis(x);
    figure.y = {metric_label(drawn), range.wants_logarithm()};
    thin(curve, figure.caption);
    figure.curves.push_back(std::move(curve));
    return figure;
}

}  // namespace quell::study
