// What the studies of accuracy came to (accuracy_studies.h).
#pragma once

#include "sw/study/reproduction/findings.h"

#include <string>
#include <vector>

namespace quell::study {

void sigma_findings(const std::string& folder, std::vector<Finding>& found);
void drift_findings(const std::string& folder, std::vector<Finding>& found);
void chip_findings(const std::string& folder, std::vector<Finding>& found);

}  // namespace quell::study
