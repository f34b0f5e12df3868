// What `quell help [COMMAND | SECTION | OPTION]` prints.
#pragma once

#include "sw/cli/command.h"

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace quell::cli {

void write_overview(std::ostream& out, const std::vector<std::unique_ptr<Command>>& commands);
void write_command_help(std::ostream& out, Command& command);

// `words` are those after `help`: a command, a section of the configuration, or --as FORM; nothing is the
// overview. Throws UsageError when they are none of these. A companion's command is asked of the companion,
// in place of this process.
int help(std::ostream& out, std::ostream& err, const std::vector<std::unique_ptr<Command>>& commands,
         const std::vector<std::string>& words);

}  // namespace quell::cli
