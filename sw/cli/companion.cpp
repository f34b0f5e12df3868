#include "sw/cli/companion.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iostream>
#include <system_error>

namespace quell::cli {
namespace {

// Beside the program first, as git does with its own; otherwise the name alone, for which execvp searches
// PATH.
std::string program_path(const std::string& program) {
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) {
        const std::filesystem::path beside = self.parent_path() / program;
        if (::access(beside.c_str(), X_OK) == 0) return beside.string();
    }
    return program;
}

// Replaces this process by the program. Returns only when it is not there: `missing` says what that means.
int run_program(const std::string& program, const std::vector<std::string>& arguments, std::ostream& err,
                const std::string& missing) {
    const std::string path = program_path(program);
    std::vector<std::string> words{path};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    std::cout.flush();
    ::execvp(pointers[0], pointers.data());
    if (errno == ENOENT) {
        err << "quell: " << missing << '\n';
    } else {
        err << "quell: " << path << " cannot be run: " << std::generic_category().message(errno) << '\n';
    }
    return 1;
}

}  // namespace

std::vector<CompanionCommand> companion_commands() {
    return {{"train", "train denoiser blocks (quell-train)"},
            {"place", "choose the layers that get a denoiser block (quell-train)"},
            {"fit", "what the noise of a chip comes to at each product (quell-train)"},
            {"harden", "several ways to train a network, their accuracy against the noise (quell-train)"},
            {"bench", "our executor beside LibTorch, accuracy and speed (quell-train)"}};
}

bool is_companion_command(const std::string& name) {
    const auto commands = companion_commands();
    return std::ranges::any_of(commands, [&](const CompanionCommand& c) { return c.name == name; });
}

int run_companion(const std::vector<std::string>& arguments, std::ostream& err) {
    return run_program("quell-train", arguments, err,
                       "`quell " + arguments.at(0) +
                           "` needs quell-train, which is not built: configure with "
                           "-DQUELL_BUILD_TRAINER=ON (needs LibTorch)");
}

int run_over_mpi(const std::vector<std::string>& arguments, std::ostream& err) {
    return run_program("quell-mpi", arguments, err,
                       "`quell sweep` in several processes of mpirun needs quell-mpi, which is not built: "
                       "install libopenmpi-dev and configure again");
}

}  // namespace quell::cli
