#include "models/config/configuration.h"

#include "models/config/section_options.h"

namespace quell::config {

void register_options(OptionTable& table, Configuration& configuration) {
    register_run_options(table, configuration.run);
    register_input_options(table, configuration.input);
    register_denoiser_options(table, configuration.denoiser, configuration.placement);
}

void resolve(const OptionTable& /*table*/, Configuration& /*configuration*/) {}

void validate(const Configuration& configuration) {
    validate(configuration.input);
    validate(configuration.denoiser);
    validate(configuration.placement);
}

}  // namespace quell::config
