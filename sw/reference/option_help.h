// All that is known of one option: `quell help denoiser.cores`.
#pragma once

#include "sw/reference/program.h"

#include <cstddef>
#include <iosfwd>
#include <string>

namespace quell::reference {

// Every option of that name, with or without its dashes: a section's, or each command's own. False, and
// nothing is written, when there is none.
bool write_option_help(std::ostream& out, const Program& program, const std::string& name);

// The option that `unknown` is the fewest letters from, with its section or without, and how many these are.
struct NearOption {
    std::string name;
    std::size_t letters = 0;
};
NearOption nearest_option(const Program& program, const std::string& unknown);

}  // namespace quell::reference
