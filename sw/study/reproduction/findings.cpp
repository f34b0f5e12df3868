#include "sw/study/reproduction/findings.h"

#include "models/base/error.h"
#include "models/config/value_text.h"
#include "sw/study/sweep/pareto.h"
#include "sw/study/sweep/study_table.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

namespace quell::study {
namespace {

// arXiv 2409.18553: hardware paragraph.
constexpr double paper_overhead_percent = 11;
constexpr double paper_power_mw = 1.78;

// Rows of a sweep by the values of their axes.
class Results {
public:
    explicit Results(StudyTable table) : table_(std::move(table)) {}

    using Choice = std::map<std::string, std::string>;

    // The metric of the done points that have these values, in order.
    std::vector<double> of(const Choice& choice, const std::string& metric) const {
        const std::size_t column = metric_number(table_.metrics, metric);
        std::vector<double> values;
        for (const StudyPoint& point : table_.points) {
            if (point.status == PointStatus::done && point.metrics[column] && matches(point, choice))
                values.push_back(*point.metrics[column]);
        }
        return values;
    }
    double one(const Choice& choice, const std::string& metric) const {
        const std::vector<double> values = of(choice, metric);
        return values.empty() ? std::nan("") : values.front();
    }
    const std::vector<std::string>& values(const std::string& axis) const {
        return std::ranges::find(table_.axes, axis, &StudyAxis::name)->values;
    }

private:
    bool matches(const StudyPoint& point, const Choice& choice) const {
        for (std::size_t a = 0; a < table_.axes.size(); ++a) {
            const auto wanted = choice.find(table_.axes[a].name);
            if (wanted != choice.end() && wanted->second != point.values[a]) return false;
        }
        return true;
    }
    StudyTable table_;
};

struct Spread {
    double mean = 0, deviation = 0;
};

Spread spread_of(const std::vector<double>& values) {
    Spread spread;
    for (const double value : values) spread.mean += value / static_cast<double>(values.size());
    for (const double value : values) spread.deviation += (value - spread.mean) * (value - spread.mean);
    spread.deviation =
        values.size() > 1 ? std::sqrt(spread.deviation / static_cast<double>(values.size() - 1)) : 0;
    return spread;
}

std::string shown(const Spread& spread) {
    return fmt::format("{:.2f} +- {:.2f}", spread.mean, spread.deviation);
}

nlohmann::json read_run(const std::string& file) {
    std::ifstream stream(file);
    nlohmann::json json = nlohmann::json::parse(stream, nullptr, false);
    if (json.is_discarded() || json.value("schema", "") != "quell.run/1")
        throw Error("{}: is no result of `quell run --format json`; take it away to compute it again", file);
    return json;
}

void layer_findings(const std::string& folder, std::vector<Finding>& found) {
    const nlohmann::json run = read_run(folder + "/layers.json");
    std::vector<std::int64_t> changed;
    for (const auto& layer : run.at("layers")) {
        if (layer.at("denoiser_cycles") > 0) changed.push_back(layer.at("index"));
    }
    found.push_back({"layers of ResNet-18 that take more cycles", "1 and 20",
                     fmt::format("{}", fmt::join(changed, " and "))});
    const auto overhead = [&](const std::string& name) {
        return fmt::format("{:.2f} %", read_run(folder + "/" + name).at("overhead_percent").get<double>());
    };
    const std::string paper = fmt::format("{:g} %", paper_overhead_percent);
    found.push_back({"cycles the blocks add", paper, overhead("layers.json")});
    found.push_back({"the same, `overlapped`", "", overhead("layers-overlapped.json")});
    found.push_back({"the same, `heads = grouped`", "", overhead("layers-grouped.json")});
    found.push_back({"average power of the blocks", fmt::format("{:g} mW", paper_power_mw),
                     fmt::format("{:.2f} mW over the run, {:.1f} mW while they run",
                                 run.at("denoiser_average_power_mw").get<double>(),
                                 run.at("denoiser_running_power_mw").get<double>())});
}

void replication_findings(const std::string& folder, std::vector<Finding>& found) {
    const Results results(read_study(folder + "/replication.sqlite"));
    for (const std::string& heads : results.values("denoiser.heads")) {
        for (const std::string& schedule : results.values("denoiser.schedule")) {
            std::string crossing;
            for (const std::string& rows : results.values("platform.grid_rows")) {
                std::string least = "never up to 8";
                for (const std::string& copies : results.values("platform.replication")) {
                    if (!(results.one({{"denoiser.heads", heads},
                                       {"denoiser.schedule", schedule},
                                       {"platform.grid_rows", rows},
                                       {"platform.replication", copies}},
                                      "overhead_percent") >= paper_overhead_percent)) {
                        continue;
                    }
                    least = copies;
                    break;
                }
                crossing += fmt::format("{}{} ({} x 14 PEs)", crossing.empty() ? "" : ", ", least, rows);
            }
            found.push_back({fmt::format("copies of the layers at which {} heads, {}, add {:g} %", heads,
                                         schedule, paper_overhead_percent),
                             "one", crossing});
        }
    }
}

void core_findings(const std::string& folder, std::vector<Finding>& found) {
    const Results results(read_study(folder + "/cores.sqlite"));
    const auto cycles = [&](const char* cores, const char* lanes, const char* normals, const char* schedule) {
        return results.one({{"denoiser.cores", cores},
                            {"denoiser.lanes", lanes},
                            {"denoiser.unc_outputs", normals},
                            {"denoiser.schedule", schedule}},
                           "denoiser_cycles");
    };
    for (const char* schedule : {"sequential", "overlapped"}) {
        found.push_back({fmt::format("cycles of the blocks, 4 / 10 cores, 4 lanes, {}", schedule), "",
                         fmt::format("{:.0f} / {:.0f}", cycles("4", "4", "1", schedule),
                                     cycles("10", "4", "1", schedule))});
        found.push_back({fmt::format("the same, 10 cores, 1 / 4 / 16 lanes, {}", schedule), "",
                         fmt::format("{:.0f} / {:.0f} / {:.0f}", cycles("10", "1", "1", schedule),
                                     cycles("10", "4", "1", schedule), cycles("10", "16", "1", schedule))});
    }
    found.push_back({"two normals of a pair instead of one, 10 cores, 4 lanes: cycles", "",
                     fmt::format("{:.0f} instead of {:.0f}", cycles("10", "4", "2", "sequential"),
                                 cycles("10", "4", "1", "sequential"))});
}

void sigma_findings(const std::string& folder, std::vector<Finding>& found) {
    const Results results(read_study(folder + "/sigma.sqlite"));
    const auto accuracy = [&](const char* blocks, const char* sigma) {
        return shown(spread_of(
            results.of({{"denoiser.after", blocks}, {"noise.sigma_percent", sigma}}, "accuracy_percent")));
    };
    found.push_back({"accuracy at 0 / 6 % without blocks (mean and deviation of 5 noise seeds)", "",
                     accuracy("none", "0") + " / " + accuracy("none", "6")});
    found.push_back({"the same with blocks", "", accuracy("auto", "0") + " / " + accuracy("auto", "6")});
}

void drift_findings(const std::string& folder, std::vector<Finding>& found) {
    const Results results(read_study(folder + "/drift.sqlite"));
    for (const char* compensation : {"none", "global"}) {
        for (const char* blocks : {"none", "auto"}) {
            std::string line;
            for (const std::string& time : results.values("noise.time_s")) {
                line += fmt::format("{}{:.1f}", line.empty() ? "" : " / ",
                                    results.one({{"denoiser.after", blocks},
                                                 {"device.drift_compensation", compensation},
                                                 {"noise.time_s", time}},
                                                "accuracy_percent"));
            }
            found.push_back(
                {fmt::format("accuracy on PCM after 1 h / 1 d / 30 d / 1 y / 10 y, {} blocks, "
                             "drift compensation {}",
                             std::string_view(blocks) == "none" ? "without" : "with", compensation),
                 "", line});
        }
    }
}

void chip_findings(const std::string& folder, std::vector<Finding>& found) {
    const Results results(read_study(folder + "/chips.sqlite"));
    for (const char* blocks : {"none", "auto"}) {
        const std::vector<double> values = results.of({{"denoiser.after", blocks}}, "accuracy_percent");
        if (values.empty()) continue;
        const auto [least, most] = std::ranges::minmax(values);
        found.push_back({fmt::format("accuracy of {} chips after a day, {} blocks", values.size(),
                                     std::string_view(blocks) == "none" ? "without" : "with"),
                         "",
                         fmt::format("{}, from {:.1f} to {:.1f}", shown(spread_of(values)), least, most)});
    }
}

}  // namespace

std::vector<Finding> findings(const std::string& folder) {
    std::vector<Finding> found;
    const auto add = [&](const char* result, void (*read)(const std::string&, std::vector<Finding>&)) {
        if (std::filesystem::exists(folder + "/" + result)) read(folder, found);
    };
    add("layers-grouped.json", layer_findings);
    add("replication.csv", replication_findings);
    add("cores.csv", core_findings);
    add("sigma.csv", sigma_findings);
    add("drift.csv", drift_findings);
    add("chips.csv", chip_findings);
    return found;
}

}  // namespace quell::study
