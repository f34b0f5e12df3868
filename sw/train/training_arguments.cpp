#include "sw/train/training_arguments.h"

#include "models/base/error.h"

namespace quell::train {

void TrainingArguments::register_options(config::OptionTable& table) {
    table.add_argument("epochs", training.epochs).range(1, 100000).help("How often every image is seen");
    table.add_argument("learning-rate", training.learning_rate).above(0).help("Adam's, at the beginning");
    table
        .add_argument("schedule", training.schedule,
                      config::Choices<LearningSchedule>{{"cosine", LearningSchedule::cosine},
                                                        {"constant", LearningSchedule::constant}})
        .help("Whether the learning rate falls to zero along a cosine");
    table.add_argument("distillation", training.distillation)
        .range(0, 1)
        .help("Weight of the clean network's answers in the loss; the labels' is the rest");
    table.add_argument("ramp", ramp_percent)
        .unit("percent of the steps")
        .range(0, 100)
        .help("noisy: sigma rises from 0 over the first of them");
    table.add_argument("variance-alpha", variance.alpha)
        .unit("of sigma")
        .range(0, 100)
        .help("Variance-aware: mean of an image's sigma");
    table.add_argument("variance-theta", variance.theta)
        .unit("of sigma")
        .range(0, 100)
        .help("Variance-aware: standard deviation of an image's sigma, which is cut at zero");
    table.add_argument("magnitude-gradient", magnitude_gradient)
        .help("noisy, denoiser: whether gradients know that gaussian noise grows with a map's magnitude");
    table.add_argument("clip", quantisation.clip)
        .above(0, 1)
        .help("qat: range of operands, as a part of the largest");
}

void refuse_format(const config::OptionTable& table, const char* command) {
    const std::string format = table.at("format").text();
    if (format != "table") {
        throw UsageError("format = {}: `quell-train {}` prints text, expected table; its log is CSV", format,
                         command);
    }
}

void refuse_without_effect(const config::OptionTable& table, const std::vector<const char*>& options,
                           const char* expected) {
    for (const char* option : options) {
        if (table.is_given(option))
            throw UsageError("--{}: without effect, expected {} with it", option, expected);
    }
}

}  // namespace quell::train
