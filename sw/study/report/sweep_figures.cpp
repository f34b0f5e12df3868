#include "sw/study/report/sweep_figures.h"

#include "models/base/error.h"
#include "sw/figure/printable.h"
#include "sw/study/report/axis_ticks.h"
#include "sw/study/report/breakdown_figures.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace quell::study {
namespace {

constexpr std::size_t most_lines = 8, most_groups = 12, most_figures = 40;

std::string title_of(const SweepGrid& grid, const std::string& what, const GridAxis& x,
                     const GridAxis* series) {
    const std::string fixed = grid.fixed(x, series);
    return fixed.empty() ? what : what + "\n" + figure::shortened(fixed, 72);
}

// Where values differ by more than an order of magnitude and a half.
bool wants_logarithm(double low, double high) {
    return low > 0 && high >= 30 * low;
}

// At most `most` of 0 to count - 1, at equal distances, both ends among them.
std::vector<std::size_t> evenly(std::size_t count, std::size_t most) {
    std::vector<std::size_t> chosen;
    const std::size_t shown = std::min(count, most);
    for (std::size_t i = 0; i < shown; ++i)
        chosen.push_back(shown == 1 ? 0 : (i * (count - 1) + (shown - 1) / 2) / (shown - 1));
    return chosen;
}

const GridAxis* first_other(const std::vector<const GridAxis*>& axes, const GridAxis* than) {
    const auto found = std::ranges::find_if(axes, [&](const GridAxis* axis) { return axis != than; });
    return found == axes.end() ? nullptr : *found;
}

void note_seeds(const SweepGrid& grid, std::string& caption) {
    const auto seeds = grid.seed_axes();
    if (seeds.empty()) return;
    caption += fmt::format(" Means over {} seeds, bars: standard deviation.", seeds[0]->values.size());
}

class Drawing {
public:
    Drawing(const SweepGrid& grid, const std::vector<bool>& front) : grid_(grid), front_(front) {}

    void lines(std::size_t metric, const GridAxis& x) {
        const Metric& drawn = grid_.study().metrics[metric];
        const GridAxis* series = first_other(grid_.plain_axes(), &x);
        const auto means = grid_.means(metric, x, series);
        double low = INFINITY, high = -INFINITY;
        bool moves = false;
        for (const auto& row : means) {
            std::optional<double> before;
            for (const auto& mean : row) {
                if (!mean) continue;
                moves = moves || (before && *before != mean->mean);
                before = mean->mean;
                low = std::min(low, mean->mean);
                high = std::max(high, mean->mean);
            }
        }
        if (!moves) {
            unmoved_.push_back(fmt::format("{} over {}", drawn.name, x.name));
            return;
        }
        Figure figure;
        figure.name = drawn.name + "-over-" + x.name;
        figure.title = title_of(grid_, fmt::format("{} over {}", drawn.name, x.name), x, series);
        figure.x = grid_.figure_axis(x);
        figure.y = {metric_label(drawn), wants_logarithm(low, high)};
        const std::vector<double> positions = grid_.positions(x);
        const std::vector<std::size_t> shown = evenly(means.size(), most_lines);
        if (series != nullptr) {
            figure.legend = series->label;
            figure.data.columns.push_back(series->name);
        }
        figure.data.columns.insert(figure.data.columns.end(), {x.name, drawn.name});
        const bool spread = !grid_.seed_axes().empty();
        if (spread) figure.data.columns.insert(figure.data.columns.end(), {"standard_deviation", "seeds"});
        for (std::size_t s = 0; s < means.size(); ++s) {
            FigureCurve curve;
            const auto at = std::ranges::find(shown, s);
            curve.style = static_cast<std::size_t>(at - shown.begin());
            curve.line = x.numeric;
            if (series != nullptr) curve.title = figure::shortened(series->values[s], 28);
            for (std::size_t i = 0; i < positions.size(); ++i) {
                if (!means[s][i]) continue;
                const SeedMean& mean = *means[s][i];
                curve.points.push_back({positions[i], mean.mean, mean.deviation});
                std::vector<DataCell> row;
                if (series != nullptr) row.emplace_back(series->values[s]);
                row.insert(row.end(), {x.values[i], mean.mean});
                if (spread) row.insert(row.end(), {mean.deviation, static_cast<double>(mean.count)});
                figure.data.rows.push_back(std::move(row));
            }
            if (at != shown.end() && !curve.points.empty()) figure.curves.push_back(std::move(curve));
        }
        figure.caption = metric_label(drawn) + " over " + x.name + ".";
        if (const std::string fixed = grid_.fixed(x, series); !fixed.empty())
            figure.caption += " Everything else at its first value: " + fixed + ".";
        if (shown.size() < means.size())
            figure.caption += fmt::format(" {} of the {} values of {} are shown, all are in the CSV file.",
                                          shown.size(), means.size(), series->name);
        note_seeds(grid_, figure.caption);
        // Steps between names would claim an order.
        if (!x.numeric) figure.caption += " Its values have no order.";
        add(std::move(figure));
    }

    void map(std::size_t metric, const GridAxis& x, const GridAxis& y) {
        const Metric& drawn = grid_.study().metrics[metric];
        const auto means = grid_.means(metric, x, &y);
        Figure figure;
        figure.name = fmt::format("{}-map-{}-{}", drawn.name, x.name, y.name);
        figure.title = title_of(grid_, fmt::format("{} over {} and {}", drawn.name, x.name, y.name), x, &y);
        figure.caption = "Each cell is a point of the sweep; white: none is done there.";
        note_seeds(grid_, figure.caption);
        figure.cells_label = metric_label(drawn);
        figure.x = even_axis(x);
        figure.y = even_axis(y);
        figure.data.columns = {x.name, y.name, drawn.name};
        double low = INFINITY, high = -INFINITY;
        for (std::size_t j = 0; j < y.values.size(); ++j) {
            for (std::size_t i = 0; i < x.values.size(); ++i) {
                if (!means[j][i]) continue;
                const double value = means[j][i]->mean, u = static_cast<double>(i),
                             v = static_cast<double>(j);
                figure.cells.push_back({{u - 0.5, u + 0.5, v - 0.5, v + 0.5}, value});
                figure.data.rows.push_back({x.values[i], y.values[j], value});
                low = std::min(low, value);
                high = std::max(high, value);
            }
        }
        if (figure.cells.empty() || low == high) return;
        if (x.values.size() <= 8 && y.values.size() <= 16) {
            for (const FigureCell& cell : figure.cells) {
                figure.texts.push_back({(cell.box.left + cell.box.right) / 2,
                                        (cell.box.bottom + cell.box.top) / 2, short_label(cell.value),
                                        cell.value < low + 0.55 * (high - low), true});
            }
        }
        add(std::move(figure));
    }

    // Every point where an axis' values do not meet every other's.
    void scatter(std::size_t metric, const GridAxis& x) {
        const Metric& drawn = grid_.study().metrics[metric];
        Figure figure;
        figure.name = fmt::format("{}-scatter-{}", drawn.name, x.name);
        figure.title = fmt::format("{} by {}", drawn.name, x.name);
        figure.caption = "Every done point; the other axes vary as well.";
        figure.x = grid_.figure_axis(x);
        figure.data.columns = {"point", x.name, drawn.name};
        const std::vector<double> positions = grid_.positions(x);
        FigureCurve curve;
        curve.line = false;
        double low = INFINITY, high = -INFINITY;
        for (const StudyPoint& point : grid_.study().points) {
            if (point.status != PointStatus::done || !point.metrics.at(metric)) continue;
            const std::string& value = point.values[x.column];
            const auto level = std::ranges::find(x.values, value) - x.values.begin();
            const double at = *point.metrics[metric];
            curve.points.push_back({positions[static_cast<std::size_t>(level)], at});
            figure.data.rows.push_back({static_cast<double>(point.number), value, at});
            low = std::min(low, at);
            high = std::max(high, at);
        }
        if (curve.points.empty() || low == high) {
            unmoved_.push_back(fmt::format("{} over {}", drawn.name, x.name));
            return;
        }
        figure.y = {metric_label(drawn), wants_logarithm(low, high)};
        figure.curves.push_back(std::move(curve));
        add(std::move(figure));
    }

    void spread(std::size_t metric, const GridAxis& seeds) {
        const Metric& drawn = grid_.study().metrics[metric];
        const auto plain = grid_.plain_axes();
        const GridAxis* group = plain.empty() ? nullptr : plain[0];
        auto values = grid_.values(metric, group);
        Figure figure;
        figure.name = fmt::format("{}-spread-{}", drawn.name, seeds.name);
        figure.title = fmt::format("{} over {}", drawn.name, seeds.name);
        if (group != nullptr) {
            if (const std::string fixed = grid_.fixed(*group, nullptr); !fixed.empty())
                figure.title += "\n" + figure::shortened(fixed, 72);
        }
        figure.caption =
            "Every seed's value, in rising order from left to right; beside them mean and standard "
            "deviation.";
        figure.y = {metric_label(drawn)};
        figure.x.label = group == nullptr ? "" : group->label;
        figure.data.columns = {group == nullptr ? "all" : group->name, drawn.name, "mean",
                               "standard_deviation"};
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
                {x, group == nullptr ? fmt::format("{} seeds", sorted.size()) : figure::shortened(name, 16)});
            const auto last = static_cast<double>(std::max<std::size_t>(sorted.size() - 1, 1));
            for (std::size_t i = 0; i < sorted.size(); ++i)
                dots.points.push_back({x - 0.35 + 0.5 * static_cast<double>(i) / last, sorted[i]});
            means.points.push_back({x + 0.28, mean.mean, mean.deviation});
        }
        if (!moves) {
            unmoved_.push_back(fmt::format("{} over {}", drawn.name, seeds.name));
            return;
        }
        figure.x.low = -0.6;
        figure.x.high = static_cast<double>(shown.size()) - 0.4;
        figure.x.slanted = shown.size() > 6;
        figure.curves = {std::move(dots), std::move(means)};
        add(std::move(figure));
    }

    void pareto(std::size_t first, std::size_t second) {
        const StudyTable& study = grid_.study();
        const Metric &a = study.metrics[first], &b = study.metrics[second];
        Figure figure;
        figure.name = "pareto-front";
        figure.title = fmt::format("Pareto front: {} and {}", a.name, b.name);
        figure.data.columns = {"point", a.name, b.name, "on_front"};
        FigureCurve all, front;
        all.title = "points";
        all.line = front.line = false;
        all.style = 4;
        front.title = "on the front";
        front.style = 1;
        double lows[2] = {INFINITY, INFINITY}, highs[2] = {-INFINITY, -INFINITY};
        std::vector<FigureText> numbers;
        for (std::size_t p = 0; p < study.points.size(); ++p) {
            const StudyPoint& point = study.points[p];
            if (point.status != PointStatus::done || !point.metrics[first] || !point.metrics[second])
                continue;
            const double values[2] = {*point.metrics[first], *point.metrics[second]};
            for (int i = 0; i < 2; ++i) {
                lows[i] = std::min(lows[i], values[i]);
                highs[i] = std::max(highs[i], values[i]);
            }
            (front_[p] ? front : all).points.push_back({values[0], values[1]});
            if (front_[p]) numbers.push_back({values[0], values[1], fmt::format("{}", point.number)});
            figure.data.rows.push_back({static_cast<double>(point.number), values[0], values[1],
                                        std::string(front_[p] ? "yes" : "no")});
        }
        if (front.points.empty()) return;
        const auto label = [](const Metric& metric) {
            return metric_label(metric) + (metric.better == Better::less   ? " (less is better)"
                                           : metric.better == Better::more ? " (more is better)"
                                                                           : "");
        };
        figure.x = {label(a), wants_logarithm(lows[0], highs[0])};
        figure.y = {label(b), wants_logarithm(lows[1], highs[1])};
        figure.caption = fmt::format("The front of {}", fmt::join(study.objectives, ", "));
        figure.caption += study.objectives.size() > 2 ? "; two of the objectives are seen here." : ".";
        if (numbers.size() <= 12) {
            figure.texts = std::move(numbers);
            figure.caption += " Numbers are those of the points in the tables.";
        }
        if (!all.points.empty()) figure.curves.push_back(std::move(all));
        figure.curves.push_back(std::move(front));
        add(std::move(figure));
    }

    void breakdowns() {
        for (const GridAxis& axis : grid_.axes()) {
            if (axis.seeds) continue;
            for (const char* whose : {"denoiser", "baseline"}) {
                if (auto figure = breakdown_figure(grid_, whose, axis)) add(std::move(*figure));
            }
        }
    }

    SweepFigures take() {
        if (!unmoved_.empty())
            result_.remarks.push_back(
                fmt::format("Not drawn, since nothing moves: {}.", fmt::join(unmoved_, ", ")));
        if (left_out_ > 0)
            result_.remarks.push_back(
                fmt::format("{} more figures are left out; --metrics chooses what is drawn.", left_out_));
        return std::move(result_);
    }

private:
    static FigureAxis even_axis(const GridAxis& axis) {
        FigureAxis figure{axis.label};
        figure.low = -0.5;
        figure.high = static_cast<double>(axis.values.size()) - 0.5;
        const std::size_t stride = (axis.values.size() + 19) / 20;
        for (std::size_t i = 0; i < axis.values.size(); i += stride) {
            figure.ticks.push_back({static_cast<double>(i), axis.numeric
                                                                ? tick_label(axis.numbers[i])
                                                                : figure::shortened(axis.values[i], 16)});
        }
        return figure;
    }

    static std::string short_label(double value) {
        const double size = std::fabs(value);
        const double scale = std::pow(10, size > 0 ? std::floor(std::log10(size)) - 2 : 0);
        return tick_label(std::round(value / scale) * scale);
    }

    void add(Figure figure) {
        if (result_.figures.size() >= most_figures) {
            ++left_out_;
            return;
        }
        complete_axes(figure);
        result_.figures.push_back(std::move(figure));
    }

    const SweepGrid& grid_;
    const std::vector<bool>& front_;
    SweepFigures result_;
    std::vector<std::string> unmoved_;
    std::size_t left_out_ = 0;
};

void draw_metric(Drawing& drawing, const SweepGrid& grid, std::size_t metric) {
    for (const GridAxis* axis : grid.plain_axes()) {
        if (grid.is_factorial()) {
            drawing.lines(metric, *axis);
        } else {
            drawing.scatter(metric, *axis);
        }
    }
    if (!grid.is_factorial()) return;
    for (const GridAxis* seeds : grid.seed_axes()) drawing.spread(metric, *seeds);
}

// Of the first three axes of numbers, every two.
void draw_maps(Drawing& drawing, const SweepGrid& grid, std::size_t metric) {
    std::vector<const GridAxis*> numeric;
    for (const GridAxis* axis : grid.plain_axes()) {
        if (axis->numeric && numeric.size() < 3) numeric.push_back(axis);
    }
    for (std::size_t i = 0; i < numeric.size(); ++i) {
        for (std::size_t j = i + 1; j < numeric.size(); ++j) drawing.map(metric, *numeric[i], *numeric[j]);
    }
}

}  // namespace

std::size_t metric_number(const StudyTable& study, const std::string& name) {
    const auto found = std::ranges::find(study.metrics, name, &Metric::name);
    if (found != study.metrics.end()) return static_cast<std::size_t>(found - study.metrics.begin());
    std::vector<std::string> names;
    for (const Metric& metric : study.metrics) names.push_back(metric.name);
    throw Error("there is no metric '{}'; there are {}", name, fmt::join(names, ", "));
}

SweepFigures sweep_figures(const SweepGrid& grid, const std::vector<std::string>& metrics,
                           const std::vector<bool>& front) {
    Drawing drawing(grid, front);
    std::vector<std::size_t> numbers;
    for (const std::string& name : metrics) {
        if (const std::size_t number = metric_number(grid.study(), name);
            std::ranges::find(numbers, number) == numbers.end())
            numbers.push_back(number);
    }
    if (!numbers.empty() && grid.is_factorial()) draw_maps(drawing, grid, numbers[0]);
    const auto& objectives = grid.study().objectives;
    if (objectives.size() >= 2)
        drawing.pareto(metric_number(grid.study(), objectives[0]),
                       metric_number(grid.study(), objectives[1]));
    for (const std::size_t number : numbers) draw_metric(drawing, grid, number);
    if (grid.is_factorial()) drawing.breakdowns();
    return drawing.take();
}

}  // namespace quell::study
