#include "sw/study/reproduction/hardware_findings.h"

#include "sw/study/reproduction/results.h"

#include <fmt/ranges.h>

#include <cstdint>

namespace quell::study {
namespace {

// arXiv 2409.18553: hardware paragraph.
constexpr double paper_overhead_percent = 11;
constexpr double paper_power_mw = 1.78;

}  // namespace

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

}  // namespace quell::study
