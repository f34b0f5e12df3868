#include "sw/study/report/figure_parts.h"
#include "sw/study/report/metric_figures.h"

#include <fmt/format.h>

#include <algorithm>

namespace quell::study {
namespace {

using Means = std::vector<std::vector<std::optional<SeedMean>>>;

const GridAxis* first_other(const std::vector<const GridAxis*>& axes, const GridAxis* than) {
    const auto found = std::ranges::find_if(axes, [&](const GridAxis* axis) { return axis != than; });
    return found == axes.end() ? nullptr : *found;
}

std::vector<std::size_t> lines_with_points(const Means& means) {
    std::vector<std::size_t> lines;
    for (std::size_t s = 0; s < means.size(); ++s) {
        if (std::ranges::any_of(means[s], [](const auto& mean) { return mean.has_value(); }))
            lines.push_back(s);
    }
    return lines;
}

// Along a line, not between lines.
bool moves_along(const Means& means) {
    return std::ranges::any_of(means, [](const auto& line) {
        ValueRange range;
        for (const auto& mean : line) {
            if (mean) range.add(mean->mean);
        }
        return range.moves();
    });
}

DataTable data_of(const Means& means, const SweepGrid& grid, const std::string& metric, const GridAxis& x,
                  const GridAxis* series) {
    const bool spread = !grid.seed_axes().empty();
    DataTable data;
    if (series != nullptr) data.columns.push_back(series->name);
    data.columns.insert(data.columns.end(), {x.name, metric});
    if (spread) data.columns.insert(data.columns.end(), {"standard_deviation", "seeds"});
    for (std::size_t s = 0; s < means.size(); ++s) {
        for (std::size_t i = 0; i < x.values.size(); ++i) {
            if (!means[s][i]) continue;
            const SeedMean& mean = *means[s][i];
            std::vector<DataCell> row;
            if (series != nullptr) row.emplace_back(series->values[s]);
            row.insert(row.end(), {x.values[i], mean.mean});
            if (spread) row.insert(row.end(), {mean.deviation, static_cast<double>(mean.count)});
            data.rows.push_back(std::move(row));
        }
    }
    return data;
}

std::string heading(const Metric& metric, const GridAxis& x, const GridAxis* series) {
    constexpr std::size_t longest = 60;
    std::string over = fmt::format("{} over {}", metric.name, x.name);
    if (series == nullptr) return over;
    const std::string by = "by " + series->label;
    return over + (over.size() + 1 + by.size() > longest ? "\n" : " ") + by;
}

}  // namespace

std::optional<Figure> line_figure(const SweepGrid& grid, std::size_t metric, const GridAxis& x) {
    constexpr std::size_t most_lines = 8;
    const Metric& drawn = grid.study().metrics[metric];
    const GridAxis* series = first_other(grid.plain_axes(), &x);
    const Means means = grid.means(metric, x, series);
    if (!moves_along(means)) return std::nullopt;
    const std::string fixed = grid.fixed(x, series);
    Figure figure;
    figure.name = drawn.name + "-over-" + x.name;
    figure.title = title_with(heading(drawn, x, series), fixed);
    figure.data = data_of(means, grid, drawn.name, x, series);
    const std::vector<double> positions = grid.positions(x);
    const std::vector<std::size_t> lines = lines_with_points(means);
    const std::vector<std::size_t> shown = evenly(lines.size(), most_lines);
    ValueRange range;
    for (const std::size_t i : shown) {
        const std::size_t s = lines[i];
        FigureCurve curve;
        curve.style = figure.curves.size();
        curve.line = x.numeric;  // between names it would claim an order
        if (series != nullptr) curve.title = series->labels[s];
        for (std::size_t at = 0; at < positions.size(); ++at) {
            if (!means[s][at]) continue;
            curve.points.push_back({positions[at], means[s][at]->mean, means[s][at]->deviation});
            range.add(means[s][at]->mean);
        }
        figure.curves.push_back(std::move(curve));
    }
    figure.x = grid.figure_axis(x);
    figure.y = {metric_label(drawn), range.wants_logarithm()};
    figure.caption = fmt::format("{} over {}.", metric_label(drawn), x.name) + fixed_sentence(fixed);
    if (shown.size() < lines.size()) {
        figure.caption += fmt::format(" {} of the {} values of {} are shown, all are in the CSV file.",
                                      shown.size(), lines.size(), series->name);
    }
    figure.caption += seeds_sentence(grid);
    return figure;
}

}  // namespace quell::study
