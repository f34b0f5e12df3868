// The options that `train` and `harden` share: how long, how fast, and what belongs to one method.
#pragma once

#include "models/config/option_table.h"
#include "sw/train/training.h"

#include <vector>

namespace quell::train {

struct TrainingArguments {
    TrainingOptions training;
    QuantisationOptions quantisation;
    VarianceAware variance;
    double ramp_percent = 25;         // of noisy training
    bool magnitude_gradient = false;  // of training with gaussian noise

    void register_options(config::OptionTable& table);
};

// An option that nothing of what is asked for takes. Throws UsageError naming those that were given, and what
// would take them.
void refuse_without_effect(const config::OptionTable& table, const std::vector<const char*>& options,
                           const char* expected);

// `command` prints text alone. Throws UsageError where another format is asked for.
void refuse_format(const config::OptionTable& table, const char* command);

}  // namespace quell::train
