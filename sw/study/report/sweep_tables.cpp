#include "sw/study/report/sweep_tables.h"

#include "models/config/value_text.h"
#include "sw/figure/printable.h"
#include "sw/study/report/sweep_grid.h"
#include "sw/study/sweep/pareto.h"
#include "sw/study/sweep/sensitivity.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace quell::study {
namespace {

// Seeds have more digits than a double.
DataCell value_cell(const StudyAxis& axis, const std::string& value) {
    const auto number = is_seed(axis.name) ? std::nullopt : config::ValueText<double>::parse(value);
    return number ? DataCell(*number) : DataCell(value);
}

// The first of them.
std::string values_of(const StudyAxis& axis) {
    constexpr std::size_t most = 20;
    std::vector<std::string> shown;
    for (std::size_t i = 0; i < std::min(axis.values.size(), most); ++i) {
        const DataCell cell = value_cell(axis, axis.values[i]);
        const auto* number = std::get_if<double>(&cell);
        shown.push_back(number != nullptr ? readable(*number) : figure::shortened(axis.values[i], 60));
    }
    return fmt::format("{}{}", fmt::join(shown, "; "), axis.values.size() > most ? "; ..." : "");
}

std::string with_unit(const std::string& name, const std::string& unit) {
    return names_unit(name, unit) ? name : fmt::format("{}, {}", name, unit);
}

std::vector<std::size_t> varying_axes(const StudyTable& study) {
    std::vector<std::size_t> axes;
    for (std::size_t a = 0; a < study.axes.size(); ++a) {
        if (study.axes[a].values.size() > 1) axes.push_back(a);
    }
    return axes;
}

// Rows of points: number, status, varying axes, metrics.
class PointRows {
public:
    PointRows(const StudyTable& study, std::vector<std::size_t> metrics, bool status)
        : study_(study), axes_(varying_axes(study)), metrics_(std::move(metrics)), status_(status) {
        table_.columns = {"point"};
        table_.titles = {"point"};
        if (status_) add_column("status", "");
        for (const std::size_t a : axes_) add_column(study.axes[a].name, study.axes[a].unit);
        for (const std::size_t m : metrics_) add_column(study.metrics[m].name, study.metrics[m].unit);
    }
    void add(const StudyPoint& point) {
        std::vector<DataCell> row{static_cast<double>(point.number)};
        if (status_) row.emplace_back(std::string(status_name(point.status)));
        for (const std::size_t a : axes_) row.push_back(value_cell(study_.axes[a], point.values.at(a)));
        for (const std::size_t m : metrics_)
            row.push_back(point.status == PointStatus::done ? cell(point.metrics.at(m)) : cell_if(false, 0));
        table_.rows.push_back(std::move(row));
    }
    DataTable take() { return std::move(table_); }

private:
    void add_column(const std::string& name, const std::string& unit) {
        table_.columns.push_back(name);
        table_.titles.push_back(with_unit(name, unit));
    }

    const StudyTable& study_;
    std::vector<std::size_t> axes_, metrics_;
    bool status_;
    DataTable table_;
};

}  // namespace

ReportTable axes_table(const StudyTable& study) {
    DataTable table;
    table.columns = {"axis", "unit", "number", "values"};
    for (const StudyAxis& axis : study.axes) {
        table.rows.push_back(
            {axis.name, axis.unit, static_cast<double>(axis.values.size()), values_of(axis)});
    }
    return {"Axes", "The first varies slowest.", std::move(table)};
}

ReportTable front_table(const StudyTable& study, const std::vector<bool>& front) {
    std::vector<std::size_t> objectives;
    for (const std::string& name : study.objectives) objectives.push_back(metric_number(study.metrics, name));
    PointRows rows(study, objectives, false);
    std::size_t count = 0, shown = 0;
    for (std::size_t p = 0; p < study.points.size(); ++p) {
        if (!front[p]) continue;
        ++count;
        if (shown == most_rows) continue;
        rows.add(study.points[p]);
        ++shown;
    }
    std::string text =
        fmt::format("No other point beats one of these in any of {} without losing in another.",
                    fmt::join(study.objectives, ", "));
    if (shown < count) text += fmt::format(" The first {} of {}.", shown, count);
    return {"Pareto front", text, rows.take()};
}

ReportTable failures_table(const StudyTable& study) {
    struct Group {
        PointStatus status;
        std::string message;
        std::vector<std::int64_t> points;
    };
    std::vector<Group> groups;
    std::map<std::pair<PointStatus, std::string>, std::size_t> known;
    for (const StudyPoint& point : study.points) {
        if (point.status == PointStatus::done) continue;
        const auto [entry, is_new] = known.emplace(std::pair(point.status, point.message), groups.size());
        if (is_new) groups.push_back({point.status, point.message, {}});
        groups[entry->second].points.push_back(point.number);
    }
    std::ranges::stable_sort(groups, std::greater(), [](const Group& group) { return group.points.size(); });
    DataTable table;
    table.columns = {"points", "status", "message", "numbers"};
    for (const Group& group : groups) {
        constexpr std::size_t most = 8;
        std::vector<std::int64_t> first = group.points;
        first.resize(std::min(first.size(), most));
        table.rows.push_back(
            {static_cast<double>(group.points.size()), std::string(status_name(group.status)),
             figure::shortened(group.message, 300),
             fmt::format("{}{}", fmt::join(first, ", "), group.points.size() > most ? ", ..." : "")});
        if (table.rows.size() == most_rows) break;
    }
    return {"Points that failed", "", std::move(table)};
}

ReportTable sensitivity_table(const StudyTable& study, const std::vector<std::size_t>& metrics) {
    DataTable table;
    table.columns = {"axis"};
    for (const std::size_t m : metrics) table.columns.push_back(study.metrics[m].name);
    table.titles = table.columns;
    for (std::size_t i = 1; i < table.titles.size(); ++i) table.titles[i] += ", % of variance";
    for (const std::size_t a : varying_axes(study)) {
        std::vector<DataCell> row{study.axes[a].name};
        for (const std::size_t m : metrics) {
            const std::optional<double> share = sensitivity(study, a, m);
            row.push_back(cell_if(share.has_value(), std::round(1e4 * share.value_or(0)) / 100));
        }
        table.rows.push_back(std::move(row));
    }
    return {
        "Sensitivity",
        "The share of a metric's variance that the means over an axis' values explain; nothing for a metric "
        "that does not vary.",
        std::move(table)};
}

ReportTable points_table(const StudyTable& study, const std::vector<std::size_t>& metrics) {
    PointRows rows(study, metrics, true);
    const std::size_t shown = std::min(study.points.size(), most_rows);
    for (std::size_t p = 0; p < shown; ++p) rows.add(study.points[p]);
    std::string text;
    if (shown < study.points.size()) text = fmt::format("The first {} of {}. ", shown, study.points.size());
    text += "All of them with every metric are in the CSV file of points.";
    return {"Points", text, rows.take()};
}

}  // namespace quell::study
