// Accuracy on the simulated hardware of a network and its blocks.
#pragma once

#include "sw/study/reproduction/step_maker.h"

#include <vector>

namespace quell::study {

// `subject`: the network and its images, as `quell sweep` takes them.
std::vector<ReproductionStudy> accuracy_studies(const ReproductionOptions& options, const Words& subject);

}  // namespace quell::study
