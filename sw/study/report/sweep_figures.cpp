#include "sw/study/report/sweep_figures.h"

#include "sw/study/report/breakdown_figures.h"
#include "sw/study/report/metric_figures.h"
#include "sw/study/sweep/pareto.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace quell::study {
namespace {

class Collection {
public:
    // False where there is none.
    bool add(std::optional<Figure> figure) {
        constexpr std::size_t most = 40;
        if (!figure) return false;
        if (result_.figures.size() < most) {
            complete_axes(*figure);
            result_.figures.push_back(std::move(*figure));
        } else {
            ++left_out_;
        }
        return true;
    }
    void add(std::optional<Figure> figure, const std::string& metric, const std::string& axis) {
        if (!add(std::move(figure))) unmoved_.push_back(metric + " over " + axis);
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
    SweepFigures result_;
    std::vector<std::string> unmoved_;
    std::size_t left_out_ = 0;
};

// Of the first three axes of numbers every two, with the first metric that moves over them.
void add_maps(Collection& figures, const SweepGrid& grid, const std::vector<std::size_t>& metrics) {
    std::vector<const GridAxis*> axes;
    for (const GridAxis* axis : grid.plain_axes()) {
        if (axis->numeric && axes.size() < 3) axes.push_back(axis);
    }
    for (std::size_t i = 0; i < axes.size(); ++i) {
        for (std::size_t j = i + 1; j < axes.size(); ++j) {
            for (const std::size_t metric : metrics) {
                if (figures.add(map_figure(grid, metric, *axes[i], *axes[j]))) break;
            }
        }
    }
}

// The first two objectives that are not the same everywhere.
std::vector<std::size_t> objectives_that_move(const StudyTable& study) {
    std::vector<std::size_t> numbers;
    for (const std::string& name : study.objectives) {
        const std::size_t number = metric_number(study.metrics, name);
        std::optional<double> first;
        const bool moves = std::ranges::any_of(study.points, [&](const StudyPoint& point) {
            if (point.status != PointStatus::done || !point.metrics.at(number)) return false;
            if (!first) first = point.metrics[number];
            return *first != *point.metrics[number];
        });
        if (moves && numbers.size() < 2) numbers.push_back(number);
    }
    return numbers;
}

void add_metric(Collection& figures, const SweepGrid& grid, std::size_t metric) {
    const std::string& name = grid.study().metrics[metric].name;
    for (const GridAxis* axis : grid.plain_axes()) {
        figures.add(
            grid.is_factorial() ? line_figure(grid, metric, *axis) : scatter_figure(grid, metric, *axis),
            name, axis->name);
    }
    if (!grid.is_factorial()) return;
    for (const GridAxis* seeds : grid.seed_axes())
        figures.add(spread_figure(grid, metric, *seeds), name, seeds->name);
}

}  // namespace

SweepFigures sweep_figures(const SweepGrid& grid, const std::vector<std::size_t>& metrics,
                           const std::vector<bool>& front) {
    Collection figures;
    if (grid.is_factorial()) add_maps(figures, grid, metrics);
    if (const auto pair = objectives_that_move(grid.study()); pair.size() == 2)
        figures.add(pareto_figure(grid, pair[0], pair[1], front));
    for (const std::size_t metric : metrics) add_metric(figures, grid, metric);
    for (const GridAxis* axis : grid.plain_axes()) {
        if (!grid.is_factorial()) break;
        for (const char* whose : {"denoiser", "baseline"}) figures.add(breakdown_figure(grid, whose, *axis));
    }
    return figures.take();
}

}  // namespace quell::study
