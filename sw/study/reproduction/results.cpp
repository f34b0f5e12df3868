#include "sw/study/reproduction/results.h"

#include "models/base/error.h"
#include "sw/study/report/sweep_grid.h"
#include "sw/study/sweep/pareto.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace quell::study {

std::vector<double> Results::of(const Choice& choice, const std::string& metric) const {
    const std::size_t column = metric_number(table_.metrics, metric);
    std::vector<double> values;
    for (const StudyPoint& point : table_.points) {
        if (point.status == PointStatus::done && point.metrics[column] && matches(point, choice))
            values.push_back(*point.metrics[column]);
    }
    return values;
}

double Results::one(const Choice& choice, const std::string& metric) const {
    const std::vector<double> values = of(choice, metric);
    return values.empty() ? std::nan("") : values.front();
}

const std::vector<std::string>& Results::values(const std::string& axis) const {
    return std::ranges::find(table_.axes, axis, &StudyAxis::name)->values;
}

bool Results::matches(const StudyPoint& point, const Choice& choice) const {
    for (std::size_t a = 0; a < table_.axes.size(); ++a) {
        const auto wanted = choice.find(table_.axes[a].name);
        if (wanted != choice.end() && wanted->second != point.values[a]) return false;
    }
    return true;
}

std::string mean_and_deviation(const std::vector<double>& values) {
    if (values.empty()) return "-";
    const SeedMean mean = mean_of(values);
    return fmt::format("{:.2f} +- {:.2f}", mean.mean, mean.deviation);
}

nlohmann::json read_run(const std::string& file) {
    std::ifstream stream(file);
    nlohmann::json json = nlohmann::json::parse(stream, nullptr, false);
    if (json.is_discarded() || json.value("schema", "") != "quell.run/1")
        throw Error("{}: is no result of `quell run --format json`; take it away to compute it again", file);
    return json;
}

}  // namespace quell::study
