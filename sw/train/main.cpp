// quell-train: the offline side, in LibTorch. `quell train` and its like hand over to it.
#include "models/base/error.h"
#include "sw/reference/program.h"
#include "sw/train/commands.h"
#include "sw/train/help.h"

#include <algorithm>
#include <iostream>

namespace {

using quell::train::Subcommand;

int run(const std::vector<std::string>& words) {
    const std::vector<Subcommand> commands = quell::train::all_commands();
    if (words.empty())
        throw quell::UsageError("a command is missing; {} exist", quell::train::names_of(commands));
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (words[0] == "--help" || words[0] == "-h" || words[0] == "help")
        return quell::train::help(std::cout, commands, rest);
    if (words[0] == "--version") {
        std::cout << "quell-train " << quell::reference::program_version() << " (build "
                  << quell::reference::program_build() << ")\n";
        return 0;
    }
    const auto command =
        std::ranges::find_if(commands, [&](const Subcommand& each) { return each.name == words[0]; });
    if (command == commands.end()) {
        throw quell::UsageError("'{}' is not part of this version; {} exist", words[0],
                                quell::train::names_of(commands));
    }
    if (std::ranges::find(rest, "--help") != rest.end() || std::ranges::find(rest, "-h") != rest.end())
        return quell::train::help(std::cout, commands, {command->name});
    return command->run({rest, {}});
}

}  // namespace

int main(int count, char* words[]) {
    try {
        return run({words + 1, words + count});
    } catch (const quell::UsageError& error) {
        std::cerr << "quell-train: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "quell-train: " << error.what() << '\n';
        return 1;
    }
}
