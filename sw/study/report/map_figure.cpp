#include "sw/study/report/axis_ticks.h"
#include "sw/study/report/figure_parts.h"
#include "sw/study/report/metric_figures.h"

#include <fmt/format.h>

#include <cmath>

namespace quell::study {
namespace {

// In three digits: more would not fit in a cell.
std::string short_label(double value) {
    const double size = std::fabs(value);
    const double scale = std::pow(10, size > 0 ? std::floor(std::log10(size)) - 2 : 0);
    return tick_label(std::round(value / scale) * scale);
}

// Where the cells are wide enough for them.
void add_numbers(Figure& figure, const ValueRange& range, const GridAxis& x, const GridAxis& y) {
    if (x.values.size() > 7 || y.values.size() > 14) return;
    // From here on viridis is light.
    const double light = range.low() + 0.55 * (range.high() - range.low());
    for (const FigureCell& cell : figure.cells) {
        figure.texts.push_back({(cell.box.left + cell.box.right) / 2, (cell.box.bottom + cell.box.top) / 2,
                                short_label(cell.value), cell.value < light, true});
    }
}

}  // namespace

std::optional<Figure> map_figure(const SweepGrid& grid, std::size_t metric, const GridAxis& x,
                                 const GridAxis& y) {
    const Metric& drawn = grid.study().metrics[metric];
    const auto means = grid.means(metric, x, &y);
    const std::string fixed = grid.fixed(x, &y);
    Figure figure;
    figure.name = fmt::format("{}-map-{}-{}", drawn.name, x.name, y.name);
    figure.title = title_with(fmt::format("{} over {} and {}", drawn.name, x.name, y.name), fixed);
    figure.caption = fmt::format("{} over both axes; white: no point is done there.", metric_label(drawn)) +
                     fixed_sentence(fixed);
    if (!grid.seed_axes().empty())
        figure.caption += fmt::format(" Means over {} seeds.", grid.seed_axes()[0]->values.size());
    figure.cells_label = metric_label(drawn);
    figure.x = SweepGrid::even_axis(x);
    figure.y = SweepGrid::even_axis(y);
    figure.data.columns = {x.name, y.name, drawn.name};
    ValueRange range;
    for (std::size_t j = 0; j < y.values.size(); ++j) {
        for (std::size_t i = 0; i < x.values.size(); ++i) {
            if (!means[j][i]) continue;
            const double value = means[j][i]->mean;
            const auto u = static_cast<double>(i), v = static_cast<double>(j);
            figure.cells.push_back({{u - 0.5, u + 0.5, v - 0.5, v + 0.5}, value});
            figure.data.rows.push_back({x.values[i], y.values[j], value});
            range.add(value);
        }
    }
    if (!range.moves()) return std::nullopt;
    add_numbers(figure, range, x, y);
    return figure;
}

}  // namespace quell::study
