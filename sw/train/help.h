// What quell-train says of itself.
#pragma once

#include "sw/train/request.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace quell::train {

struct Subcommand {
    std::string name, summary, synopsis;
    int (*run)(const Request& request);
};

// In the order of a listing.
std::vector<Subcommand> all_commands();
std::string names_of(const std::vector<Subcommand>& commands);  // "eval, place and train"

// `words` are those after `help`: a command, or --as FORM; nothing is the overview. Throws UsageError when
// they are none of these.
int help(std::ostream& out, const std::vector<Subcommand>& commands, const std::vector<std::string>& words);

}  // namespace quell::train
