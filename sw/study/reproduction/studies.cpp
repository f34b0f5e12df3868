#include "sw/study/reproduction/studies.h"

#include "sw/study/reproduction/accuracy_studies.h"
#include "sw/study/reproduction/hardware_studies.h"
#include "sw/study/reproduction/training_studies.h"

namespace quell::study {
namespace {

// The network whose accuracy is asked for, and its images.
Words subject(const ReproductionOptions& options) {
    const Words images{"--images", std::to_string(options.images)};
    if (options.network.empty()) return joined({"resnet20_synthetic", "--dataset", "synthetic"}, images);
    const std::string artefact = StepMaker(options).file(std::string(denoised_network) + ".onnx");
    return joined({artefact, "--data", options.data}, images);
}

}  // namespace

std::vector<ReproductionStudy> reproduction_studies(const ReproductionOptions& options) {
    const bool full = !options.network.empty();
    std::vector<ReproductionStudy> studies;
    const auto add = [&](std::vector<ReproductionStudy> more) {
        studies.insert(studies.end(), more.begin(), more.end());
    };
    // First, since it finds what is wrong with the network and its images.
    if (full) studies.push_back(first_training(options));
    add(hardware_studies(options));
    add(accuracy_studies(options, subject(options)));
    if (full) add(training_studies(options));
    return studies;
}

}  // namespace quell::study
