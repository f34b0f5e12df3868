#include "sw/cli/companion.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iostream>
#include <system_error>

namespace quell::cli {
namespace {

const char* const companion = "quell-train";

// Beside the program first, as git does with its own; otherwise the name alone, for which execvp searches
// PATH.
std::string companion_path() {
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) {
        const std::filesystem::path beside = self.parent_path() / companion;
        if (::access(beside.c_str(), X_OK) == 0) return beside.string();
    }
    return companion;
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
    const std::string path = companion_path();
    std::vector<std::string> words{path};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    std::cout.flush();
    ::execvp(pointers[0], pointers.data());
    if (errno == ENOENT) {
        err << "quell: `quell " << arguments.at(0)
            << "` needs quell-train, which is not built: configure with -DQUELL_BUILD_TRAINER=ON (needs "
               "LibTorch)\n";
    } else {
        err << "quell: " << path << " cannot be run: " << std::generic_category().message(errno) << '\n';
    }
    return 1;
}

}  // namespace quell::cli
