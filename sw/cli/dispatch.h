// The program without its main: finds the command, parses its options, runs it, turns exceptions into exit
// codes.
#pragma once

#include "sw/cli/commands.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace quell::cli {

// `arguments` without the program's name. Returns the exit code: 0 done, 1 failed, 2 wrong usage.
int dispatch(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);
// The same with these commands.
int dispatch(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err,
             const Commands& commands);

}  // namespace quell::cli
