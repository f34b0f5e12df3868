#include "sw/train/harden_arguments.h"

#include "models/base/sha256.h"
#include "models/network/onnx_export.h"
#include "sw/train/accuracy_curve.h"

#include <algorithm>
#include <span>

namespace quell::train {

void HardenArguments::register_options(config::OptionTable& table) {
    TrainingArguments::register_options(table);
    table.add_argument("methods", methods_text_)
        .help(
            "What is compared: model, baseline, qat2 to qat16, noisy, variance_aware, "
            "magnitude_aware, denoiser, X+denoiser");
    table.add_argument("seeds", seeds)
        .range(1, 1000)
        .help("How often all is trained, under seed and following");
    table.add_argument("sigmas", sigmas_text_)
        .unit("percent of the magnitude")
        .help("Of the noise tested: FIRST:LAST:STEP or a list");
    table
        .add_argument("test-noise", test_noise,
                      config::Choices<TestNoiseKind>{{"gaussian", TestNoiseKind::gaussian},
                                                     {"device", TestNoiseKind::device},
                                                     {"both", TestNoiseKind::both}})
        .help("Noise tested: a curve over --sigmas, one point on the chip of section device, or both");
    table.add_argument("denoiser-epochs", denoiser_epochs)
        .range(0, 100000)
        .help("Of the blocks; 0: as --epochs");
    table.add_argument("denoiser-learning-rate", denoiser_learning_rate).above(0).help("Of the blocks");
    table.add_argument("output", output).help("Folder for networks, accuracies and figure");
    table.add_flag("resume", training.resume).help("Go on with the study in the folder, or add to it");
}

std::vector<config::NoiseModel> HardenArguments::tested() const {
    using enum config::NoiseModel;
    switch (test_noise) {
        case TestNoiseKind::gaussian:
            return {gaussian};
        case TestNoiseKind::device:
            return {device};
        case TestNoiseKind::both:
            return {gaussian, device};
    }
    return {};
}

std::vector<config::NoiseModel> HardenArguments::check(const config::OptionTable& table) {
    methods = parse_methods(methods_text_);
    const auto any = [&](auto&& asked) { return std::any_of(methods.begin(), methods.end(), asked); };
    const auto base = [&](Base wanted) {
        return any([&](const HardenMethod& method) { return method.base == wanted; });
    };
    if (!base(Base::qat)) refuse_without_effect(table, {"clip"}, "a qat among --methods");
    if (!any([](const HardenMethod& method) { return is_noisy(method.base); })) {
        refuse_without_effect(table, {"ramp"}, "noisy, variance_aware or magnitude_aware among --methods");
    }
    if (!base(Base::variance_aware)) {
        refuse_without_effect(table, {"variance-alpha", "variance-theta"}, "variance_aware among --methods");
    }
    if (!any([](const HardenMethod& method) { return method.denoiser; })) {
        refuse_without_effect(table,
                              {"distillation", "denoiser-epochs", "denoiser-learning-rate", "budget",
                               "objective", "place-batches", "ranking", "magnitude-gradient"},
                              "a denoiser among --methods");
    }
    if (test_noise == TestNoiseKind::device)
        refuse_without_effect(table, {"sigmas"}, "--test-noise gaussian or both");
    else
        sigmas = parse_sigmas(sigmas_text_);
    if (output.empty()) throw UsageError("--output DIR is expected, a folder for what is trained");
    if (denoiser_epochs == 0) denoiser_epochs = training.epochs;
    return tested();
}

std::string harden_plan(const CommandInputs& inputs, const HardenArguments& arguments) {
    const auto digest = [](const auto& bytes) { return sha256(std::as_bytes(std::span(bytes))); };
    const TrainingOptions& training = arguments.training;
    const Augmentation augmentation = inputs.augmentation();
    std::string plan = fmt::format(
        "model = {}\nnetwork = {}\ntrain_labels = {} {}\ntest_labels = {} {}\nepochs = {}\nbatch = {}\n"
        "learning_rate = {}\nschedule = {}\nflip = {}\npadding = {}\nramp = {}\nvariance = {} {}\nclip = {}\n"
        "distillation = {}\ndenoiser_epochs = {}\ndenoiser_learning_rate = {}\n"
        "magnitude_gradient = {}\nseed = {}\n",
        inputs.model(), digest(network::export_onnx_bytes(inputs.graph())), inputs.sets().train.count(),
        digest(inputs.sets().train.labels), inputs.sets().test.count(), digest(inputs.sets().test.labels),
        training.epochs, inputs.batch(), training.learning_rate,
        training.schedule == LearningSchedule::cosine ? "cosine" : "constant", augmentation.flip,
        augmentation.padding, arguments.ramp_percent, arguments.variance.alpha, arguments.variance.theta,
        arguments.quantisation.clip, training.distillation, arguments.denoiser_epochs,
        arguments.denoiser_learning_rate, arguments.magnitude_gradient, inputs.configuration().run.seed);
    for (const char* option : {"budget", "objective", "place-batches", "ranking", "fit-chips"})
        plan += fmt::format("{} = {}\n", option, inputs.table().at(option).text());
    for (const std::string& name : inputs.table().names()) {
        for (const char* section : {"input.", "denoiser.", "noise.", "device.", "tile."}) {
            if (name.starts_with(section))
                plan += fmt::format("{} = {}\n", name, inputs.table().at(name).text());
        }
    }
    return plan;
}

}  // namespace quell::train
