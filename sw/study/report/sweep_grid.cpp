#include "sw/study/report/sweep_grid.h"

#include "models/base/error.h"
#include "models/config/value_text.h"
#include "sw/figure/printable.h"
#include "sw/study/report/axis_ticks.h"

#include <fmt/ranges.h>
#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace quell::study {
namespace {

constexpr std::size_t longest_label = 20;

const std::array<FigureTick, 8> times = {{{1, "1 s"},
                                          {60, "1 min"},
                                          {3600, "1 h"},
                                          {86400, "1 d"},
                                          {30 * 86400, "1 month"},
                                          {365 * 86400, "1 y"},
                                          {3650.0 * 86400, "10 y"},
                                          {36500.0 * 86400, "100 y"}}};

// "1 h" for 3600 s.
std::string value_label(const GridAxis& axis, std::size_t level) {
    if (!axis.numeric) return figure::shortened(axis.values[level], longest_label);
    const auto time = std::ranges::find(times, axis.numbers[level], &FigureTick::at);
    // As it was typed: a value of an axis is exact.
    constexpr std::size_t short_enough = 7;
    if (axis.name != "noise.time_s") {
        return axis.values[level].size() <= short_enough ? axis.values[level]
                                                         : tick_label(axis.numbers[level]);
    }
    return time != times.end() ? time->label : tick_label(axis.numbers[level]) + " s";
}

void sort_by_number(GridAxis& axis) {
    const std::vector<std::string> values = axis.values;
    const std::vector<double> numbers = axis.numbers;
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return numbers[i]; });
    for (std::size_t i = 0; i < order.size(); ++i) {
        axis.values[i] = values[order[i]];
        axis.numbers[i] = numbers[order[i]];
    }
}

GridAxis grid_axis(const StudyAxis& axis, std::size_t column) {
    GridAxis grid{column, axis.name, axis.name, true, is_seed(axis.name), axis.values, {}, {}};
    if (!names_unit(axis.name, axis.unit)) grid.label += ", " + axis.unit;
    for (const std::string& value : axis.values) {
        const auto number = config::ValueText<double>::parse(value);
        grid.numeric = grid.numeric && number;
        grid.numbers.push_back(number.value_or(0));
    }
    if (grid.numeric) {
        sort_by_number(grid);
    } else {
        grid.numbers.clear();
    }
    for (std::size_t i = 0; i < grid.values.size(); ++i) grid.labels.push_back(value_label(grid, i));
    return grid;
}

enum class Spacing { even, linear, logarithmic };

Spacing spacing_of(const GridAxis& axis) {
    if (!axis.numeric) return Spacing::even;
    double least = INFINITY, most = 0;
    for (std::size_t i = 1; i < axis.numbers.size(); ++i) {
        least = std::min(least, axis.numbers[i] - axis.numbers[i - 1]);
        most = std::max(most, axis.numbers[i] - axis.numbers[i - 1]);
    }
    const double low = axis.numbers.front(), high = axis.numbers.back();
    // Values that double, or nearly so; a Latin hypercube's have gaps of any size.
    if (low > 0 && high >= 8 * low &&
        (axis.name == "noise.time_s" || (most >= 4 * least && axis.values.size() <= 32)))
        return Spacing::logarithmic;
    if (low == 0 && most >= 8 * least && axis.values.size() <= 16) return Spacing::even;
    return Spacing::linear;
}

// Every `stride`th value; slanted where the labels would stand in one another.
void label_values(FigureAxis& figure, const GridAxis& axis, const std::vector<double>& positions,
                  std::size_t stride) {
    std::size_t letters = 0, longest = 0, ticks = 0;
    for (std::size_t i = 0; i < positions.size(); i += stride, ++ticks) {
        letters += axis.labels[i].size() + 2;
        longest = std::max(longest, axis.labels[i].size());
        figure.ticks.push_back({positions[i], axis.labels[i]});
    }
    constexpr std::size_t room = 64;  // letters in a line
    figure.slanted = letters > room || longest * ticks > room;
}

void add_ticks(FigureAxis& figure, const GridAxis& axis, const std::vector<double>& positions) {
    if (axis.name == "noise.time_s" && figure.logarithmic) {
        for (const FigureTick& tick : times) {
            if (tick.at >= 0.5 * axis.numbers.front() && tick.at <= 2 * axis.numbers.back())
                figure.ticks.push_back(tick);
        }
        if (figure.ticks.size() >= 2) return;
        figure.ticks.clear();
    }
    constexpr std::size_t most = 20;
    const std::size_t stride = (positions.size() + most - 1) / most;
    // Ticks at the values unless they would stand in one another.
    const double span = positions.back() - positions.front();
    for (std::size_t i = 1; i < positions.size() && !figure.logarithmic; ++i) {
        if (axis.numeric && positions[i] - positions[i - 1] < span / 24) return;
    }
    label_values(figure, axis, positions, stride);
}

}  // namespace

bool is_seed(const std::string& name) {
    return name == "seed" || name.ends_with(".seed") || name.ends_with("_seed");
}

bool names_unit(const std::string& name, const std::string& unit) {
    const std::size_t last = name.find_last_of("._");
    return unit.empty() ||
           (last != std::string::npos && boost::algorithm::iequals(name.substr(last + 1), unit)) ||
           (unit == "%" && name.ends_with("percent"));
}

SweepGrid::SweepGrid(const StudyTable& study) : study_(study) {
    for (std::size_t i = 0; i < study.axes.size(); ++i) {
        if (study.axes[i].values.size() > 1) axes_.push_back(grid_axis(study.axes[i], i));
    }
    std::vector<std::unordered_map<std::string, std::size_t>> level_of(axes_.size());
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        for (std::size_t i = 0; i < axes_[a].values.size(); ++i) level_of[a].emplace(axes_[a].values[i], i);
    }
    for (std::size_t p = 0; p < study.points.size(); ++p) {
        const StudyPoint& point = study.points[p];
        std::vector<std::size_t> levels;
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            const std::string& value = point.values.at(axes_[a].column);
            const auto found = level_of[a].find(value);
            if (found == level_of[a].end())
                throw Error("point {}: '{}' is none of the values of axis {}", point.number, value,
                            axes_[a].name);
            levels.push_back(found->second);
        }
        levels_.push_back(std::move(levels));
        if (!first_done_ && point.status == PointStatus::done) first_done_ = p;
    }
}

std::vector<const GridAxis*> SweepGrid::plain_axes() const {
    std::vector<const GridAxis*> plain;
    for (const GridAxis& axis : axes_) {
        if (!axis.seeds) plain.push_back(&axis);
    }
    return plain;
}

std::vector<const GridAxis*> SweepGrid::seed_axes() const {
    std::vector<const GridAxis*> seeds;
    for (const GridAxis& axis : axes_) {
        if (axis.seeds) seeds.push_back(&axis);
    }
    return seeds;
}

// Calls visit(level of x, level of series, value) for the done points that have the metric.
template <typename Visit>
void SweepGrid::visit(std::size_t metric, const GridAxis* x, const GridAxis* series, Visit&& visit) const {
    if (!first_done_) return;
    for (std::size_t p = 0; p < study_.points.size(); ++p) {
        const StudyPoint& point = study_.points[p];
        if (point.status != PointStatus::done || !point.metrics.at(metric)) continue;
        std::size_t x_level = 0, series_level = 0;
        bool counts = true;
        for (std::size_t a = 0; a < axes_.size() && counts; ++a) {
            if (&axes_[a] == x) {
                x_level = levels_[p][a];
            } else if (&axes_[a] == series) {
                series_level = levels_[p][a];
            } else {
                counts = axes_[a].seeds || levels_[p][a] == levels_[*first_done_][a];
            }
        }
        if (counts) visit(x_level, series_level, *point.metrics[metric]);
    }
}

std::vector<std::vector<std::optional<SeedMean>>> SweepGrid::means(std::size_t metric, const GridAxis& x,
                                                                   const GridAxis* series) const {
    const std::size_t count = series == nullptr ? 1 : series->values.size();
    std::vector<std::vector<std::vector<double>>> found(count,
                                                        std::vector<std::vector<double>>(x.values.size()));
    visit(metric, &x, series,
          [&](std::size_t at, std::size_t of, double value) { found[of][at].push_back(value); });
    std::vector<std::vector<std::optional<SeedMean>>> means(
        count, std::vector<std::optional<SeedMean>>(x.values.size()));
    for (std::size_t s = 0; s < count; ++s) {
        for (std::size_t i = 0; i < x.values.size(); ++i) {
            if (!found[s][i].empty()) means[s][i] = mean_of(found[s][i]);
        }
    }
    return means;
}

std::vector<std::vector<double>> SweepGrid::values(std::size_t metric, const GridAxis* group) const {
    std::vector<std::vector<double>> values(group == nullptr ? 1 : group->values.size());
    visit(metric, group, nullptr,
          [&](std::size_t at, std::size_t, double value) { values[at].push_back(value); });
    return values;
}

std::string SweepGrid::fixed(const GridAxis& x, const GridAxis* series) const {
    std::vector<std::string> parts;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        const GridAxis& axis = axes_[a];
        if (&axis == &x || &axis == series || axis.seeds || !first_done_) continue;
        parts.push_back(fmt::format("{} = {}", axis.name, axis.labels[levels_[*first_done_][a]]));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<double> SweepGrid::positions(const GridAxis& axis) const {
    if (spacing_of(axis) != Spacing::even) return axis.numbers;
    std::vector<double> positions(axis.values.size());
    std::iota(positions.begin(), positions.end(), 0.0);
    return positions;
}

FigureAxis SweepGrid::figure_axis(const GridAxis& axis) const {
    if (spacing_of(axis) == Spacing::even) return even_axis(axis);
    FigureAxis figure{axis.label, spacing_of(axis) == Spacing::logarithmic};
    add_ticks(figure, axis, positions(axis));
    return figure;
}

FigureAxis SweepGrid::even_axis(const GridAxis& axis) {
    FigureAxis figure{axis.label};
    const std::size_t count = axis.values.size();
    figure.low = -0.5;
    figure.high = static_cast<double>(count) - 0.5;
    std::vector<double> positions(count);
    std::iota(positions.begin(), positions.end(), 0.0);
    label_values(figure, axis, positions, (count + 19) / 20);
    return figure;
}

SeedMean mean_of(const std::vector<double>& values) {
    SeedMean result{0, 0, values.size()};
    const auto count = static_cast<double>(values.size());
    // From the first value: equal ones have exactly themselves as their mean.
    for (const double value : values) result.mean += (value - values[0]) / count;
    result.mean += values[0];
    if (values.size() < 2) return result;
    double squares = 0;
    for (const double value : values) squares += (value - result.mean) * (value - result.mean);
    result.deviation = std::sqrt(squares / (count - 1));
    return result;
}

std::string metric_label(const Metric& metric) {
    const std::string& name = metric.title.empty() ? metric.name : metric.title;
    return metric.unit.empty() ? name : name + ", " + metric.unit;
}

}  // namespace quell::study
