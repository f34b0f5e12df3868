#include "sw/cli/commands.h"

namespace quell::cli {

Commands all_commands() {
    Commands commands;
    commands.push_back(make_run_command());
    commands.push_back(make_block_command());
    commands.push_back(make_eval_command());
    commands.push_back(make_sweep_command());
    commands.push_back(make_reproduce_command());
    commands.push_back(make_model_command());
    commands.push_back(make_compile_command());
    commands.push_back(make_energy_command());
    commands.push_back(make_config_command());
    return commands;
}

}  // namespace quell::cli
