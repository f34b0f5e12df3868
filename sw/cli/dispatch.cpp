#include "sw/cli/dispatch.h"

#include "models/base/error.h"
#include "models/config/edit_distance.h"
#include "sw/cli/commands.h"
#include "sw/cli/companion.h"
#include "sw/cli/help.h"
#include "sw/cli/version.h"
#include "sw/reference/program.h"

#include <algorithm>
#include <new>
#include <ostream>

namespace quell::cli {
namespace {

Command& find_command(const Commands& commands, const std::string& name) {
    std::string nearest;
    std::size_t nearest_distance = 0;
    const auto consider = [&](const std::string& candidate) {
        const std::size_t distance = config::edit_distance(name, candidate);
        if (nearest.empty() || distance < nearest_distance) {
            nearest = candidate;
            nearest_distance = distance;
        }
    };
    for (const auto& command : commands) {
        if (command->name() == name) return *command;
        consider(command->name());
    }
    for (const auto& command : companion_commands()) consider(command.name);
    throw UsageError("there is no command '{}'; the nearest is {}, `quell help` lists all", name, nearest);
}

int run_command(Command& command, const std::vector<std::string>& words, std::ostream& out,
                std::ostream& err) {
    config::Configuration configuration;
    config::OptionTable table;
    register_options(table, configuration);
    command.register_arguments(table);
    const std::vector<std::string> operands = table.parse_command_line(words);
    if (operands.size() > command.most_operands()) {
        throw UsageError("quell {}: '{}' is one word too many; usage: quell {} {}", command.name(),
                         operands[command.most_operands()], command.name(), command.synopsis());
    }
    resolve(table, configuration);
    validate(configuration);
    return command.run({configuration, table, operands}, out, err);
}

int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err,
        const Commands& commands) {
    if (arguments.empty()) {
        write_overview(err, commands);
        return 2;
    }
    const std::string& first = arguments[0];
    const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
    if (first == "--version" || first == "version") {
        out << "quell " << version << " (build " << reference::program_build() << ")\n";
        return 0;
    }
    if (first == "--help" || first == "-h" || first == "help") return help(out, err, commands, rest);
    if (is_companion_command(first)) return run_companion(arguments, err);
    Command& command = find_command(commands, first);
    if (std::ranges::find(rest, "--help") != rest.end() || std::ranges::find(rest, "-h") != rest.end()) {
        write_command_help(out, command);
        return 0;
    }
    return run_command(command, rest, out, err);
}

}  // namespace

int dispatch(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
    return dispatch(arguments, out, err, all_commands());
}

int dispatch(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err,
             const Commands& commands) {
    try {
        const int code = run(arguments, out, err, commands);
        out.flush();
        if (!out) {
            err << "quell: the output could not be written\n";
            return 1;
        }
        return code;
    } catch (const UsageError& error) {
        err << "quell: " << error.what() << '\n';
        return 2;
    } catch (const std::bad_alloc&) {
        err << "quell: out of memory\n";
        return 1;
    } catch (const std::exception& error) {
        err << "quell: " << error.what() << '\n';
        return 1;
    }
}

}  // namespace quell::cli
