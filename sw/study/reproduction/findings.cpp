#include "sw/study/reproduction/findings.h"

#include "sw/study/reproduction/accuracy_findings.h"
#include "sw/study/reproduction/hardware_findings.h"
#include "sw/study/reproduction/training_findings.h"

#include <filesystem>

namespace quell::study {

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
    add("noise.csv", noise_findings);
    add("pcm.csv", pcm_findings);
    add("placements.csv", placement_findings);
    add("scratch.csv", scratch_findings);
    hardening_findings(folder, found);
    return found;
}

}  // namespace quell::study
