#include "sw/study/sweep/sweep_report.h"

#include "models/base/csv.h"
#include "models/config/value_text.h"
#include "sw/study/sweep/pareto.h"
#include "sw/study/sweep/sensitivity.h"

#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace quell::study {
namespace {

using Json = nlohmann::ordered_json;

// Numbers as numbers: what a script compares.
Json typed(const std::string& text) {
    if (const auto whole = config::ValueText<std::int64_t>::parse(text)) return *whole;
    if (const auto number = config::ValueText<double>::parse(text)) return *number;
    return text;
}

Json measured(const Metric& metric, double value) {
    if (metric.unit == "cycles" || metric.unit == "crossbars") return static_cast<std::int64_t>(value);
    return value;
}

std::string shown(const Metric& metric, double value) {
    if (metric.unit == "cycles" || metric.unit == "crossbars") return fmt::format("{:.0f}", value);
    return fmt::format("{:.6g}", value);
}

// Lines of columns, each as wide as its widest word, numbers to the right.
void write_columns(std::ostream& out, const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths(rows.front().size());
    for (const auto& row : rows) {
        for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], row[k].size());
    }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t k = 0; k < row.size(); ++k)
            line += fmt::format("{}{:>{}}", k == 0 ? "" : "  ", row[k], widths[k]);
        out << line << '\n';
    }
}

void write_failures(std::ostream& out, const StudyTable& table) {
    std::map<std::pair<PointStatus, std::string>, std::vector<std::int64_t>> by_message;
    for (const StudyPoint& point : table.points) {
        if (point.status != PointStatus::done)
            by_message[{point.status, point.message}].push_back(point.number);
    }
    if (!by_message.empty()) out << '\n';
    for (const auto& [what, points] : by_message) {
        const std::string which = points.size() == 1 ? fmt::format("point {}", points.front())
                                                     : fmt::format("{} points", points.size());
        const std::string first =
            points.size() == 1 ? std::string() : fmt::format(", point {} first", points.front());
        fmt::print(out, "{} {}{}: {}{}\n", which, status_name(what.first), first, what.second,
                   what.first == PointStatus::lost ? "; the same command computes them again" : "");
    }
}

std::vector<std::size_t> objectives_of(const StudyTable& table) {
    std::vector<std::size_t> columns;
    for (const std::string& objective : table.objectives)
        columns.push_back(metric_number(table.metrics, objective));
    return columns;
}

}  // namespace

void write_sweep_table(std::ostream& out, const StudyTable& table) {
    constexpr std::size_t most_rows = 200;
    const std::vector<std::size_t> objectives = objectives_of(table);
    const std::vector<bool> front = pareto_front(table, table.objectives);
    std::vector<std::vector<std::string>> rows(1, {"point"});
    for (const StudyAxis& axis : table.axes) rows[0].push_back(axis.name);
    for (const std::size_t m : objectives) rows[0].push_back(table.metrics[m].name);
    rows[0].push_back("");
    std::size_t left_out = 0;
    for (std::size_t p = 0; p < table.points.size(); ++p) {
        const StudyPoint& point = table.points[p];
        if (rows.size() > most_rows && !front[p]) {
            ++left_out;
            continue;
        }
        std::vector<std::string>& row = rows.emplace_back();
        row.push_back(std::to_string(point.number));
        row.insert(row.end(), point.values.begin(), point.values.end());
        for (const std::size_t m : objectives) {
            const bool there = point.status == PointStatus::done && point.metrics[m].has_value();
            row.push_back(there ? shown(table.metrics[m], *point.metrics[m]) : "-");
        }
        row.push_back(front[p] ? "*" : point.status == PointStatus::done ? "" : status_name(point.status));
    }
    write_columns(out, rows);
    if (left_out > 0)
        fmt::print(out, "{} more points, none of them on the Pareto front: --format csv\n", left_out);
    const auto done = std::ranges::count(table.points, PointStatus::done, &StudyPoint::status);
    const auto others = static_cast<std::int64_t>(table.points.size()) - done;
    fmt::print(out, "\n{} of {} points{}; * on the Pareto front of {}\n", done, table.planned,
               others > 0 ? fmt::format(", {} not done (below)", others) : std::string(),
               fmt::join(table.objectives, ", "));
    std::vector<std::vector<std::string>> sensitivities(1, {"share of the variance"});
    for (const std::size_t m : objectives) sensitivities[0].push_back(table.metrics[m].name);
    for (std::size_t a = 0; a < table.axes.size(); ++a) {
        std::vector<std::string>& row = sensitivities.emplace_back();
        row.push_back(table.axes[a].name);
        for (const std::size_t m : objectives) {
            const std::optional<double> share = sensitivity(table, a, m);
            row.push_back(share ? fmt::format("{:.1f} %", 100 * *share) : "-");
        }
    }
    out << '\n';
    write_columns(out, sensitivities);
    write_failures(out, table);
}

void write_sweep_json(std::ostream& out, const StudyTable& table, const SweepOutcome& outcome) {
    const std::vector<bool> front = pareto_front(table, table.objectives);
    Json axes = Json::array(), metrics = Json::array(), points = Json::array();
    for (const StudyAxis& axis : table.axes) axes.push_back({{"name", axis.name}, {"unit", axis.unit}});
    for (const Metric& metric : table.metrics)
        metrics.push_back({{"name", metric.name}, {"unit", metric.unit}, {"title", metric.title}});
    for (std::size_t p = 0; p < table.points.size(); ++p) {
        const StudyPoint& point = table.points[p];
        Json json{{"point", point.number}, {"status", status_name(point.status)}};
        for (std::size_t a = 0; a < table.axes.size(); ++a) json[table.axes[a].name] = typed(point.values[a]);
        if (point.status == PointStatus::done) {
            for (std::size_t m = 0; m < table.metrics.size(); ++m) {
                if (point.metrics[m])
                    json[table.metrics[m].name] = measured(table.metrics[m], *point.metrics[m]);
            }
            json["pareto"] = static_cast<bool>(front[p]);
        } else {
            json["message"] = point.message;
        }
        points.push_back(std::move(json));
    }
    Json sensitivities = Json::object();
    for (std::size_t a = 0; a < table.axes.size(); ++a) {
        Json& of_axis = sensitivities[table.axes[a].name] = Json::object();
        for (const std::size_t m : objectives_of(table)) {
            const std::optional<double> share = sensitivity(table, a, m);
            of_axis[table.metrics[m].name] = share ? Json(*share) : Json();
        }
    }
    const Json json{{"schema", "quell.sweep/1"},
                    {"program_version", table.program_version},
                    {"program_build", table.program_build},
                    {"design", table.design},
                    {"planned", table.planned},
                    {"axes", std::move(axes)},
                    {"metrics", std::move(metrics)},
                    {"objectives", table.objectives},
                    {"points", std::move(points)},
                    {"sensitivity", std::move(sensitivities)},
                    {"reused", outcome.reused},
                    {"computed", outcome.computed}};
    out << json.dump(2) << '\n';
}

void write_sweep_csv(std::ostream& out, const StudyTable& table) {
    const std::vector<bool> front = pareto_front(table, table.objectives);
    out << "point,status";
    for (const StudyAxis& axis : table.axes) out << ',' << csv_field(axis.name);
    for (const Metric& metric : table.metrics) out << ',' << csv_field(metric.name);
    out << ",pareto,message\n";
    for (std::size_t p = 0; p < table.points.size(); ++p) {
        const StudyPoint& point = table.points[p];
        out << point.number << ',' << status_name(point.status);
        for (const std::string& value : point.values) out << ',' << csv_field(value);
        for (std::size_t m = 0; m < table.metrics.size(); ++m) {
            out << ',';
            if (point.status == PointStatus::done && point.metrics[m])
                out << config::ValueText<double>::print(*point.metrics[m]);
        }
        out << ',' << (front[p] ? "1" : "0") << ',' << csv_field(point.message) << '\n';
    }
}

}  // namespace quell::study
