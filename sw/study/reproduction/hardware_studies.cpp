#include "sw/study/reproduction/hardware_studies.h"

#include "sw/study/reproduction/step_maker.h"

namespace quell::study {

std::vector<ReproductionStudy> hardware_studies(const ReproductionOptions& options) {
    const StepMaker make(options);
    return {
        {"layers",
         "Cycles of ResNet-18's layers without and with blocks (paper A, Fig. 3)",
         {make.run("layers", {}), make.run("layers-overlapped", {"--denoiser.schedule", "overlapped"}),
          make.run("layers-grouped", {"--denoiser.heads", "grouped"})}},
        {"replication",
         "What the blocks add, against copies of the layers and the grid (paper A: 11 %)",
         {make.sweep("replication", {"--fidelity", "analytic", "--axis", "denoiser.heads=full,grouped",
                                     "--axis", "denoiser.schedule=sequential,overlapped", "--axis",
                                     "platform.grid_rows=12,24,48", "--axis", "platform.replication=1..8",
                                     "--objectives", "overhead_percent,latency_us"})}},
        {"cores",
         "Convolution cores and noise lanes, one or two normals of a pair (paper A: 4 or 10 cores, 4 lanes)",
         {make.sweep("cores",
                     {"--fidelity", "analytic", "--axis", "denoiser.schedule=sequential,overlapped", "--axis",
                      "denoiser.unc_outputs=1,2", "--axis", "denoiser.cores=1..16", "--axis",
                      "denoiser.lanes=1..16", "--objectives", "denoiser_cycles,denoiser_power_mw"})}},
    };
}

}  // namespace quell::study
