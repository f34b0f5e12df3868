#include "sw/study/reproduction/step_maker.h"

namespace quell::study {
namespace {

// Paper A's blocks with what docs/training.md found to help: biases, the clean network as teacher, a gradient
// for the noise's magnitude; and mean-only.
Words block_recipe(const BlockVariant& variant) {
    const Words words{
        "--denoiser.sampling", variant.sampling, "--denoiser.bias", "true", "--distillation", "1"};
    return variant.gaussian ? joined(words, {"--magnitude-gradient", "true"}) : words;
}
constexpr const char* block_learning_rate = "1e-2";    // docs/training.md, "What helped"
constexpr const char* scratch_learning_rate = "3e-3";  // Adam, networks from drawn weights
// Paper B's ways: fine-tuned for one epoch, on three seeds, tested up to where every one has failed.
constexpr const char* tuning_epochs = "1";
constexpr const char* hardening_seeds = "3";
constexpr const char* hardening_sigmas = "0:24:3";
constexpr const char* hardening_methods =
    "baseline,qat8,qat6,qat4,noisy,variance_aware,denoiser,noisy+denoiser";

}  // namespace

Words joined(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

ReproductionStep StepMaker::run(const std::string& name, const Words& words) const {
    return {joined({"run", "--format", "json"}, words), file(name + ".json"), true, ""};
}

ReproductionStep StepMaker::sweep(const std::string& name, const Words& words) const {
    Words command = joined(joined({"sweep"}, words),
                           {"--db", file(name + ".sqlite"), "--format", "csv", "--jobs", options_.jobs});
    if (options_.any_build) command.emplace_back("--any-build");
    return {command, file(name + ".csv"), true, ""};
}

ReproductionStep StepMaker::blocks(const std::string& name, const Words& network,
                                   const BlockVariant& variant) const {
    Words words = joined(joined({"train"}, network), block_recipe(variant));
    words =
        joined(words, {"--learning-rate", block_learning_rate, "--epochs", std::to_string(options_.epochs)});
    return training(name, joined(words, variant.options));
}

ReproductionStep StepMaker::baseline(const std::string& name, const std::string& network) const {
    return training(name, {"train", network, "--method", "baseline", "--learning-rate", scratch_learning_rate,
                           "--epochs", std::to_string(options_.epochs)});
}

ReproductionStep StepMaker::training(const std::string& name, Words words) const {
    words = joined(joined(std::move(words), training_size()), {"--output", file(name + ".onnx")});
    return {words, file(name + ".onnx"), false, file(name + ".checkpoint.npz")};
}

ReproductionStep StepMaker::harden(const std::string& name, const Words& network,
                                   const char* learning_rate) const {
    Words words = joined(joined({"harden"}, network), block_recipe({}));
    words = joined(words, {"--epochs", tuning_epochs, "--learning-rate", learning_rate,
                           "--denoiser-learning-rate", block_learning_rate});
    words = joined(words, {"--methods", hardening_methods, "--seeds", hardening_seeds, "--sigmas",
                           hardening_sigmas, "--test-noise", "both"});
    words = joined(joined(words, training_size()), {"--format", "csv", "--output", file(name)});
    return {words, file(name + ".csv"), true, file(name + "/plan.txt")};
}

Words StepMaker::training_size() const {
    return {"--data",        options_.data,
            "--images",      std::to_string(options_.training_images),
            "--test-images", std::to_string(options_.images)};
}

}  // namespace quell::study
