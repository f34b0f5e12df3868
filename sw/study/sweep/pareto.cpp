#include "sw/study/sweep/pareto.h"

#include "models/base/error.h"
#include "models/config/edit_distance.h"

#include <algorithm>
#include <numeric>

namespace quell::study {
namespace {

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
    bool better = false;
    for (std::size_t k = 0; k < a.size(); ++k) {
        if (a[k] > b[k]) return false;
        better = better || a[k] < b[k];
    }
    return better;
}

}  // namespace

std::size_t metric_number(const std::vector<Metric>& metrics, const std::string& name) {
    const auto found = std::ranges::find(metrics, name, &Metric::name);
    if (found != metrics.end()) return static_cast<std::size_t>(found - metrics.begin());
    const auto nearest = std::ranges::min_element(
        metrics, {}, [&](const Metric& metric) { return config::edit_distance(name, metric.name); });
    throw UsageError("there is no objective '{}'; the nearest is {}", name,
                     nearest == metrics.end() ? "" : nearest->name);
}

std::vector<bool> pareto_front(const StudyTable& table, const std::vector<std::string>& objectives) {
    std::vector<std::size_t> columns;
    for (const std::string& objective : objectives) {
        columns.push_back(metric_number(table.metrics, objective));
        if (table.metrics[columns.back()].better == Better::none) {
            throw UsageError("objective '{}': neither less nor more of it is better, expected another",
                             objective);
        }
    }
    std::vector<bool> front(table.points.size(), false);
    if (columns.empty()) return front;
    // As costs: less is better.
    std::vector<std::size_t> candidates;
    std::vector<std::vector<double>> costs(table.points.size());
    for (std::size_t p = 0; p < table.points.size(); ++p) {
        const StudyPoint& point = table.points[p];
        if (point.status != PointStatus::done) continue;
        for (const std::size_t column : columns) {
            const std::optional<double> value = point.metrics[column];
            if (!value) break;
            costs[p].push_back(table.metrics[column].better == Better::less ? *value : -*value);
        }
        if (costs[p].size() == columns.size()) candidates.push_back(p);
    }
    // In lexical order nothing is dominated by what comes behind it.
    std::ranges::stable_sort(candidates, {}, [&](std::size_t p) { return costs[p]; });
    std::vector<std::size_t> kept;
    for (const std::size_t p : candidates) {
        if (std::ranges::any_of(kept, [&](std::size_t k) { return dominates(costs[k], costs[p]); })) continue;
        kept.push_back(p);
        front[p] = true;
    }
    return front;
}

}  // namespace quell::study
