// The program as its reference page, man page and completion see it.
#pragma once

#include "sw/cli/command.h"
#include "sw/reference/writers.h"

#include <memory>
#include <vector>

namespace quell::cli {

reference::Program program_reference(const std::vector<std::unique_ptr<Command>>& commands);

}  // namespace quell::cli
