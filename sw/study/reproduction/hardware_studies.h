// Paper A's hardware experiment: ResNet-18 at 224x224, blocks after convolutions 1 and 20.
#pragma once

#include "sw/study/reproduction/studies.h"

#include <vector>

namespace quell::study {

std::vector<ReproductionStudy> hardware_studies(const ReproductionOptions& options);

}  // namespace quell::study
