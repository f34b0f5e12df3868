// What `harden` is asked for.
#pragma once

#include "sw/train/command_inputs.h"
#include "sw/train/harden_methods.h"
#include "sw/train/training_arguments.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quell::train {

enum class TestNoiseKind { gaussian, device, both };

struct HardenArguments : TrainingArguments {
    std::string output;  // folder
    TestNoiseKind test_noise = TestNoiseKind::gaussian;
    std::int64_t seeds = 3;
    std::int64_t denoiser_epochs = 0;  // 0: as the networks
    double denoiser_learning_rate = 1e-3;

    void register_options(config::OptionTable& table);
    // After the words were read; gives the noise models that are tested. Throws UsageError.
    std::vector<config::NoiseModel> check(const config::OptionTable& table);

    std::vector<HardenMethod> methods;
    std::vector<double> sigmas;  // percent; empty where only device noise is tested

private:
    std::vector<config::NoiseModel> tested() const;

    std::string methods_text_ = all_methods, sigmas_text_ = "0:12:1";
};

// Everything that trainings and accuracies depend on, lines "key = value". What only adds to a study
// (methods, seeds, sigmas, kinds of noise) is not in it.
std::string harden_plan(const CommandInputs& inputs, const HardenArguments& arguments);

}  // namespace quell::train
