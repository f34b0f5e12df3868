#include "sw/study/reproduction/training_studies.h"

#include <fmt/format.h>

namespace quell::study {
namespace {

// Of a trained network's own weights while it is hardened: one that is trained to its end wants little, the
// networks from scratch are still on their way.
constexpr const char* tuning_learning_rate = "3e-4";
constexpr const char* scratch_tuning_learning_rate = "1e-3";

class TrainingStudies {
public:
    explicit TrainingStudies(const ReproductionOptions& options) : options_(options), make_(options) {}

    ReproductionStep denoised() const { return make_.blocks(denoised_network, {options_.network}); }

    // Blocks made for one noise, tested under others.
    ReproductionStudy other_noise() const {
        ReproductionStudy study{
            "noise", "Blocks made for 2, 4, 6 and 8 % of noise under each (paper A, table II)", {}};
        Words networks;
        for (const char* percent : {"2", "4", "6", "8"}) {
            const std::string name =
                percent[0] == '6' ? denoised_network : fmt::format("made-for-{}", percent);
            if (percent[0] != '6') {
                study.steps.push_back(
                    make_.blocks(name, {options_.network}, {{"--noise.sigma_percent", percent}}));
            }
            networks.push_back(make_.file(name + ".onnx"));
        }
        // Every image of the training has a sigma of its own, as in paper B's follow-up.
        study.steps.push_back(make_.blocks("made-for-varied", {options_.network},
                                           {{"--variance-aware", "--variance-alpha", "0.75"}}));
        networks.push_back(make_.file("made-for-varied.onnx"));
        study.steps.push_back(make_.sweep(
            "noise", joined(networks, joined(images(), {"--axis", "noise.sigma_percent=0:8:2"}))));
        return study;
    }

    // Blocks made for chips of PCM a day old, on chips that their training's fit did not see.
    ReproductionStudy device() const {
        const Words compensated{"--noise.model", "device", "--device.drift_compensation", "global"};
        const BlockVariant day{joined(compensated, {"--noise.time_s", "86400"}), "mean", false};
        return {"pcm",
                "Blocks made for PCM, with and without them",
                {make_.blocks("made-for-pcm", {options_.network}, day),
                 make_.sweep("pcm", joined(joined({make_.file("made-for-pcm.onnx")}, images()),
                                           joined(compensated, {"--axis", "denoiser.after=auto;none",
                                                                "--axis", "noise.time_s=25,86400,31536000",
                                                                "--axis", "device.chip_seed=11..15"})))}};
    }

    ReproductionStudy placements() const {
        ReproductionStudy study{
            "placements", "Blocks at other budgets, otherwise placed, and with sampled noise", {}};
        Words networks{make_.file(std::string(denoised_network) + ".onnx")};
        for (const PlacedVariant& variant : placed_variants()) {
            study.steps.push_back(make_.blocks(variant.name, {options_.network}, variant.how));
            networks.push_back(make_.file(variant.name + ".onnx"));
        }
        study.steps.push_back(
            make_.sweep("placements", joined(networks, joined(images(), {"--axis", "noise.seed=1..5"}))));
        return study;
    }

    // Paper A's table I on networks of our own, and paper B's comparison on the same.
    ReproductionStudy from_scratch() const {
        ReproductionStudy study{
            "scratch",
            fmt::format("Networks from scratch, {:g} of their width (paper A, table I)", options_.width),
            {}};
        Words networks;
        for (const std::string& name : scratch_networks()) {
            study.steps.push_back(make_.baseline(name, sized(name)));
            study.steps.push_back(make_.blocks("denoised-" + name, started(name)));
            networks.push_back(make_.file("denoised-" + name + ".onnx"));
        }
        study.steps.push_back(make_.sweep(
            "scratch",
            joined(networks, joined(images(), {"--axis", "denoiser.after=auto;none", "--axis",
                                               "noise.sigma_percent=0,6", "--axis", "noise.seed=1..5"}))));
        return study;
    }

    ReproductionStudy hardening() const {
        ReproductionStudy study{
            "hardening", "Noisy training against quantisation-aware training (paper B)", {}};
        study.steps.push_back(make_.harden("hardening", {options_.network}, tuning_learning_rate));
        for (const std::string& name : scratch_networks())
            study.steps.push_back(
                make_.harden("hardening-" + name, started(name), scratch_tuning_learning_rate));
        return study;
    }

private:
    Words images() const {
        return {"--data",     options_.data, "--images", std::to_string(options_.images),
                "--fidelity", "analytic"};
    }
    std::string sized(const std::string& name) const { return fmt::format("{}@{}", name, options_.width); }
    Words started(const std::string& name) const {
        return {sized(name), "--start", make_.file(name + ".onnx")};
    }

    const ReproductionOptions& options_;
    StepMaker make_;
};

}  // namespace

std::vector<PlacedVariant> placed_variants() {
    std::vector<PlacedVariant> variants;
    for (const char* percent : {"2", "6", "8"})
        variants.push_back({fmt::format("budget-{}", percent),
                            fmt::format("{} % of the parameters", percent),
                            {{"--budget", percent}}});
    variants.push_back({"norm-per-cost", "gradient norm per parameter", {{"--ranking", "norm_per_cost"}}});
    for (int seed = 1; seed <= 5; ++seed)
        variants.push_back({fmt::format("drawn-{}", seed),
                            fmt::format("drawn, seed {}", seed),
                            {{"--ranking", "random", "--seed", std::to_string(seed)}}});
    variants.push_back({"sampled", "sampled noise", {{}, "stochastic"}});
    return variants;
}

std::vector<std::string> scratch_networks() {
    return {"resnet18_cifar10", "vgg16_bn_cifar10", "mobilenet_v2_cifar10", "efficientnet_b0_cifar10"};
}

ReproductionStudy first_training(const ReproductionOptions& options) {
    return {"training",
            "Denoiser blocks for the network (paper A: 4 % of the parameters, 5 epochs)",
            {TrainingStudies(options).denoised()}};
}

std::vector<ReproductionStudy> training_studies(const ReproductionOptions& options) {
    const TrainingStudies studies(options);
    return {studies.other_noise(), studies.device(), studies.placements(), studies.from_scratch(),
            studies.hardening()};
}

}  // namespace quell::study
