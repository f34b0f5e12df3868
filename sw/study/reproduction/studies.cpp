#include "sw/study/reproduction/studies.h"

namespace quell::study {
namespace {

using Words = std::vector<std::string>;

Words joined(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

class Studies {
public:
    explicit Studies(const ReproductionOptions& options) : options_(options) {}

    std::vector<ReproductionStudy> all() {
        cycles();
        if (!options_.network.empty()) training();
        accuracy();
        if (!options_.network.empty()) hardening();
        return std::move(studies_);
    }

private:
    std::string file(const std::string& name) const { return options_.folder + "/" + name; }

    ReproductionStep run(const std::string& name, const Words& words) const {
        return {joined({"run", "--format", "json"}, words), file(name + ".json"), true};
    }
    ReproductionStep sweep(const std::string& name, const Words& words) const {
        return {joined({"sweep"}, joined(words, {"--db", file(name + ".sqlite"), "--format", "csv", "--jobs",
                                                 options_.jobs})),
                file(name + ".csv"), true};
    }

    // Paper A's hardware experiment: ResNet-18 at 224x224, blocks after convolutions 1 and 20.
    void cycles() {
        studies_.push_back(
            {"layers",
             "Cycles of ResNet-18's layers without and with blocks (paper A, Fig. 3)",
             {run("layers", {}), run("layers-overlapped", {"--denoiser.schedule", "overlapped"}),
              run("layers-grouped", {"--denoiser.heads", "grouped"})}});
        studies_.push_back(
            {"replication",
             "What the blocks add, against copies of the layers and the grid (paper A: 11 %)",
             {sweep("replication", {"--fidelity", "analytic", "--axis", "denoiser.heads=full,grouped",
                                    "--axis", "denoiser.schedule=sequential,overlapped", "--axis",
                                    "platform.grid_rows=12,24,48", "--axis", "platform.replication=1..8",
                                    "--objectives", "overhead_percent,latency_us"})}});
        studies_.push_back(
            {"cores",
             "Convolution cores and noise lanes, one or two normals of a pair (paper A: 4 or 10 cores, 4 "
             "lanes)",
             {sweep("cores",
                    {"--fidelity", "analytic", "--axis", "denoiser.schedule=sequential,overlapped", "--axis",
                     "denoiser.unc_outputs=1,2", "--axis", "denoiser.cores=1..16", "--axis",
                     "denoiser.lanes=1..16", "--objectives", "denoiser_cycles,denoiser_power_mw"})}});
    }

    // Paper A's recipe as docs/training.md found it best.
    void training() {
        studies_.push_back(
            {"training",
             "Denoiser blocks for the network (paper A: 4 % of the parameters, 5 epochs)",
             {{{"train", options_.network, "--data", options_.data, "--budget", "4", "--denoiser.sampling",
                "mean", "--denoiser.bias", "true", "--magnitude-gradient", "true", "--distillation", "1",
                "--learning-rate", "1e-2", "--output", artefact()},
               artefact(),
               false}}});
    }

    void accuracy() {
        const Words fast{"--fidelity", "analytic"};
        const Words with_and_without{"--axis", "denoiser.after=auto;none"};
        studies_.push_back(
            {"sigma",
             "Accuracy against the noise, with and without blocks (paper A, tables I and II)",
             {sweep("sigma", joined(joined(subject(), fast),
                                    joined(with_and_without, {"--axis", "noise.sigma_percent=0:16:2",
                                                              "--axis", "noise.seed=1..5"})))}});
        const Words device = joined(fast, {"--noise.model", "device"});
        studies_.push_back(
            {"drift",
             "Accuracy on PCM from an hour to ten years, with and without blocks and drift compensation",
             {sweep("drift", joined(joined(subject(), device),
                                    joined(with_and_without,
                                           {"--axis", "device.drift_compensation=global,none", "--axis",
                                            "noise.time_s=3600,86400,2592000,31536000,315360000"})))}});
        studies_.push_back(
            {"chips",
             "Accuracy of twenty chips of PCM after a day, with and without blocks",
             {sweep("chips",
                    joined(joined(subject(), device),
                           joined({"--noise.time_s", "86400", "--device.drift_compensation", "global"},
                                  joined(with_and_without, {"--axis", "device.chip_seed=1..20"}))))}});
    }

    // Paper B's comparison on the same network.
    void hardening() {
        studies_.push_back({"hardening",
                            "Noisy training against quantisation-aware training (paper B)",
                            {{{"harden",
                               options_.network,
                               "--data",
                               options_.data,
                               "--epochs",
                               "1",
                               "--learning-rate",
                               "3e-4",
                               "--methods",
                               "baseline,qat8,qat6,qat4,noisy,variance_aware,denoiser,noisy+denoiser",
                               "--seeds",
                               "3",
                               "--sigmas",
                               "0:16:2",
                               "--test-noise",
                               "both",
                               "--test-images",
                               "2000",
                               "--denoiser.sampling",
                               "mean",
                               "--denoiser.bias",
                               "true",
                               "--magnitude-gradient",
                               "true",
                               "--distillation",
                               "1",
                               "--denoiser-learning-rate",
                               "1e-2",
                               "--output",
                               file("hardening")},
                              file("hardening.txt"),
                              true}}});
    }

    std::string artefact() const { return file("denoised.onnx"); }

    // The network whose accuracy is asked for, and its images.
    Words subject() const {
        const Words images{"--images", std::to_string(options_.images)};
        if (options_.network.empty()) return joined({"resnet20_synthetic", "--dataset", "synthetic"}, images);
        return joined({artefact(), "--data", options_.data}, images);
    }

    const ReproductionOptions& options_;
    std::vector<ReproductionStudy> studies_;
};

}  // namespace

std::vector<ReproductionStudy> reproduction_studies(const ReproductionOptions& options) {
    return Studies(options).all();
}

}  // namespace quell::study
