#include "sw/study/sweep/sensitivity.h"

#include "models/config/value_text.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace quell::study {
namespace {

// Calls with the level and the value of every done point that has one.
template <typename Visit>
void for_each_value(const StudyTable& table, std::size_t axis, std::size_t metric, Visit visit) {
    std::unordered_map<std::string, std::size_t> levels;
    for (std::size_t v = 0; v < table.axes[axis].values.size(); ++v) levels[table.axes[axis].values[v]] = v;
    for (const StudyPoint& point : table.points) {
        if (point.status != PointStatus::done || !point.metrics[metric]) continue;
        visit(levels.at(point.values[axis]), *point.metrics[metric]);
    }
}

double mean_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::optional<double> explained(const std::vector<std::vector<double>>& groups) {
    std::vector<double> all;
    for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
    const double mean = mean_of(all);
    double total = 0, between = 0, squares = 0;
    for (const double value : all) {
        total += (value - mean) * (value - mean);
        squares += value * value;
    }
    for (const auto& group : groups) {
        const double distance = mean_of(group) - mean;
        between += static_cast<double>(group.size()) * distance * distance;
    }
    // A metric that is the same everywhere varies by rounding alone.
    constexpr double rounding = 1e-24;
    if (total <= rounding * squares) return std::nullopt;
    return std::min(between / total, 1.0);
}

// Values of the metric by parts of the axis that follow each other; nothing where its values are words.
std::optional<std::vector<std::vector<double>>> neighbours(const StudyTable& table, std::size_t axis,
                                                           std::size_t metric) {
    std::vector<std::pair<double, double>> pairs;
    bool numeric = true;
    for_each_value(table, axis, metric, [&](std::size_t level, double value) {
        const auto place = config::ValueText<double>::parse(table.axes[axis].values[level]);
        numeric = numeric && place.has_value();
        if (place) pairs.emplace_back(*place, value);
    });
    if (!numeric) return std::nullopt;
    std::ranges::sort(pairs);
    const auto parts = static_cast<std::size_t>(std::sqrt(static_cast<double>(pairs.size())));
    if (parts < 2) return std::nullopt;
    std::vector<std::vector<double>> groups(parts);
    for (std::size_t i = 0; i < pairs.size(); ++i)
        groups[i * parts / pairs.size()].push_back(pairs[i].second);
    return groups;
}

}  // namespace

std::optional<double> sensitivity(const StudyTable& table, std::size_t axis, std::size_t metric) {
    std::vector<std::vector<double>> groups(table.axes[axis].values.size());
    for_each_value(table, axis, metric,
                   [&](std::size_t level, double value) { groups[level].push_back(value); });
    std::erase_if(groups, [](const std::vector<double>& group) { return group.empty(); });
    if (groups.empty()) return std::nullopt;
    // A single axis of every combination explains all there is, be each of its values there once.
    const bool drawn = table.design != "factorial";
    if (drawn && std::ranges::all_of(groups, [](const auto& group) { return group.size() == 1; })) {
        std::optional<std::vector<std::vector<double>>> parts = neighbours(table, axis, metric);
        if (!parts) return std::nullopt;
        groups = std::move(*parts);
    }
    return explained(groups);
}

}  // namespace quell::study
