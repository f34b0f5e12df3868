#include "sw/study/reproduction/accuracy_studies.h"

namespace quell::study {

std::vector<ReproductionStudy> accuracy_studies(const ReproductionOptions& options, const Words& subject) {
    const StepMaker make(options);
    const Words paired = joined(subject, {"--fidelity", "analytic", "--axis", "denoiser.after=auto;none"});
    const Words device = joined(paired, {"--noise.model", "device"});
    return {
        {"sigma",
         "Accuracy against the noise, with and without blocks (paper A, tables I and II)",
         {make.sweep("sigma",
                     joined(paired, {"--axis", "noise.sigma_percent=0:16:2", "--axis", "noise.seed=1..5"}))}},
        {"drift",
         "Accuracy on PCM from an hour to ten years, with and without blocks and drift compensation",
         {make.sweep("drift", joined(device, {"--axis", "device.drift_compensation=global,none", "--axis",
                                              "noise.time_s=3600,86400,2592000,31536000,315360000"}))}},
        {"chips",
         "Accuracy of twenty chips of PCM after a day, with and without blocks",
         {make.sweep("chips", joined(device, {"--noise.time_s", "86400", "--device.drift_compensation",
                                              "global", "--axis", "device.chip_seed=1..20"}))}},
    };
}

}  // namespace quell::study
