// What the studies that train came to (training_studies.h).
#pragma once

#include "sw/study/reproduction/findings.h"

#include <string>
#include <vector>

namespace quell::study {

void noise_findings(const std::string& folder, std::vector<Finding>& found);
void pcm_findings(const std::string& folder, std::vector<Finding>& found);
void placement_findings(const std::string& folder, std::vector<Finding>& found);
void scratch_findings(const std::string& folder, std::vector<Finding>& found);
// Of every network that was hardened.
void hardening_findings(const std::string& folder, std::vector<Finding>& found);

}  // namespace quell::study
