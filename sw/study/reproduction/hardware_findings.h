// What the studies of the hardware came to (hardware_studies.h).
#pragma once

#include "sw/study/reproduction/findings.h"

#include <string>
#include <vector>

namespace quell::study {

void layer_findings(const std::string& folder, std::vector<Finding>& found);
void replication_findings(const std::string& folder, std::vector<Finding>& found);
void core_findings(const std::string& folder, std::vector<Finding>& found);

}  // namespace quell::study
