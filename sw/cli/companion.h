// The commands that need LibTorch live in a program of their own, quell-train, so that the simulator never
// loads it.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace quell::cli {

struct CompanionCommand {
    std::string name, summary;
};

// train, place, harden, fit, bench: handed over to quell-train.
std::vector<CompanionCommand> companion_commands();
bool is_companion_command(const std::string& name);

// Replaces this process by quell-train, found beside the program or on PATH. Returns (1) only when it is not
// there.
int run_companion(const std::vector<std::string>& arguments, std::ostream& err);

// The same by quell-mpi, which runs a sweep whose processes mpirun started.
int run_over_mpi(const std::vector<std::string>& arguments, std::ostream& err);

}  // namespace quell::cli
