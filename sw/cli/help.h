// What `quell help [COMMAND | SECTION]` prints.
#pragma once

#include "sw/cli/command.h"

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace quell::cli {

void write_overview(std::ostream& out, const std::vector<std::unique_ptr<Command>>& commands);
void write_command_help(std::ostream& out, Command& command);

// `topic` is a command or a section of the configuration. Throws UsageError when it is neither.
void write_help(std::ostream& out, const std::vector<std::unique_ptr<Command>>& commands,
                const std::string& topic);

}  // namespace quell::cli
