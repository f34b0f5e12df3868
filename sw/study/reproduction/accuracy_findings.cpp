#include "sw/study/reproduction/accuracy_findings.h"

#include "sw/study/reproduction/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace quell::study {

void sigma_findings(const std::string& folder, std::vector<Finding>& found) {
    const Results results(read_study(folder + "/sigma.sqlite"));
    const auto accuracy = [&](const char* blocks, const char* sigma) {
        return mean_and_deviation(
            results.of({{"denoiser.after", blocks}, {"noise.sigma_percent", sigma}}, "accuracy_percent"));
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
                         fmt::format("{}, from {:.1f} to {:.1f}", mean_and_deviation(values), least, most)});
    }
}

}  // namespace quell::study
