// The commands the program has, in the order in which help lists them.
#pragma once

#include "sw/cli/command.h"
#include "sw/study/sweep/workforce.h"

#include <functional>
#include <memory>
#include <vector>

namespace quell::study {
class PointRunner;
}

namespace quell::cli {

std::unique_ptr<Command> make_block_command();
std::unique_ptr<Command> make_compile_command();
std::unique_ptr<Command> make_config_command();
std::unique_ptr<Command> make_run_command();
std::unique_ptr<Command> make_energy_command();
std::unique_ptr<Command> make_eval_command();
std::unique_ptr<Command> make_model_command();
std::unique_ptr<Command> make_reproduce_command();

// `workforce`: who computes the points; by default workers of this process.
using MakeWorkforce =
    std::function<std::unique_ptr<study::Workforce>(study::PointRunner& runner, int workers)>;
std::unique_ptr<Command> make_sweep_command(MakeWorkforce workforce = {});

using Commands = std::vector<std::unique_ptr<Command>>;
Commands all_commands();

}  // namespace quell::cli
