// The commands the program has, in the order in which help lists them.
#pragma once

#include "sw/cli/command.h"

#include <memory>
#include <vector>

namespace quell::cli {

std::unique_ptr<Command> make_block_command();
std::unique_ptr<Command> make_compile_command();
std::unique_ptr<Command> make_config_command();
std::unique_ptr<Command> make_run_command();
std::unique_ptr<Command> make_energy_command();
std::unique_ptr<Command> make_eval_command();
std::unique_ptr<Command> make_model_command();
std::unique_ptr<Command> make_sweep_command();

std::vector<std::unique_ptr<Command>> all_commands();

}  // namespace quell::cli
