#include "sw/cli/help.h"

#include "models/base/error.h"
#include "models/config/edit_distance.h"
#include "sw/cli/companion.h"
#include "sw/cli/program_reference.h"
#include "sw/reference/option_help.h"

#include <fmt/ostream.h>

#include <algorithm>

namespace quell::cli {

void write_overview(std::ostream& out, const std::vector<std::unique_ptr<Command>>& commands) {
    out << "quell simulates a mixed-signal DNN accelerator that quells its own analog noise.\n\n"
           "usage: quell COMMAND [operands] [--section.key=value ...] [--config FILE]\n\ncommands\n";
    for (const auto& command : commands) fmt::print(out, "  {:<8} {}\n", command->name(), command->summary());
    for (const auto& command : companion_commands())
        fmt::print(out, "  {:<8} {}\n", command.name, command.summary);
    fmt::print(out, "  {:<8} {}\n", "help",
               "quell help COMMAND, SECTION for its options, or OPTION; --as man, markdown, bash or zsh");

    config::Configuration configuration;
    config::OptionTable table;
    register_options(table, configuration);
    out << "\nsections of options\n";
    for (const auto& section : table.sections()) {
        fmt::print(out, "  {:<8} {}\n", section.name.empty() ? "general" : section.name, section.title);
    }
    out << "\nexit codes: 0 done, 1 failed, 2 wrong usage\n";
}

void write_command_help(std::ostream& out, Command& command) {
    fmt::print(out, "usage: quell {} {}\n{}\n", command.name(), command.synopsis(), command.summary());
    if (!command.details().empty()) fmt::print(out, "\n{}\n", command.details());

    config::OptionTable arguments;
    command.register_arguments(arguments);
    if (arguments.has_arguments()) {
        out << "\noptions of this command\n";
        arguments.write_argument_help(out);
    }
    out << "\nand the options of every section: quell help SECTION, for one of\n ";
    config::Configuration configuration;
    config::OptionTable table;
    register_options(table, configuration);
    for (const auto& section : table.sections())
        out << ' ' << (section.name.empty() ? "general" : section.name);
    out << '\n';
}

namespace {

// `topic` is a command, a section of the configuration or an option.
void write_topic(std::ostream& out, const std::vector<std::unique_ptr<Command>>& commands,
                 const std::string& topic) {
    config::Configuration configuration;
    config::OptionTable table;
    register_options(table, configuration);
    const std::string section = topic == "general" ? std::string() : topic;
    const bool is_section = !topic.empty() && table.has_section(section);
    const auto found = std::ranges::find_if(commands, [&](const auto& c) { return c->name() == topic; });
    if (found != commands.end()) {
        write_command_help(out, **found);
        if (is_section) out << "\nsection " << topic << ": ";
    }
    if (is_section) table.write_section_help(out, section);
    if (is_section || found != commands.end()) return;
    const reference::Program program = program_reference(commands);
    if (reference::write_option_help(out, program, topic)) return;

    std::string nearest;
    std::size_t nearest_distance = 0;
    const auto consider = [&](const std::string& candidate) {
        const std::size_t distance = config::edit_distance(topic, candidate);
        if (nearest.empty() || distance < nearest_distance) {
            nearest = candidate;
            nearest_distance = distance;
        }
    };
    for (const auto& command : commands) consider(command->name());
    for (const auto& each : table.sections()) consider(each.name.empty() ? "general" : each.name);
    if (const reference::NearOption option = reference::nearest_option(program, topic);
        topic.starts_with('-') || option.letters < nearest_distance)
        nearest = option.name;
    throw UsageError(
        "there is no help on '{}', neither a command, a section nor an option; the nearest is {}", topic,
        nearest);
}

}  // namespace

int help(std::ostream& out, std::ostream& err, const std::vector<std::unique_ptr<Command>>& commands,
         const std::vector<std::string>& words) {
    reference::Form form = reference::Form::text;
    config::OptionTable table;
    reference::register_help_arguments(table, form);
    // An option to be explained may be typed as ever, dashes and all.
    const bool is_option = words.size() == 1 && words[0].starts_with("--") && words[0].size() > 2 &&
                           words[0] != "--as" && !words[0].starts_with("--as=");
    const std::vector<std::string> topics = is_option ? words : table.parse_command_line(words);
    if (topics.size() > 1)
        throw UsageError("quell help: '{}' is one word too many, expected one COMMAND, SECTION or OPTION",
                         topics[1]);
    if (form != reference::Form::text) {
        if (!topics.empty())
            throw UsageError("quell help {} --as {}: the whole reference is printed, expected no COMMAND",
                             topics[0], table.at("as").text());
        reference::write(out, program_reference(commands), form);
    } else if (topics.empty()) {
        write_overview(out, commands);
    } else if (is_companion_command(topics[0])) {
        return run_companion({topics[0], "--help"}, err);
    } else {
        write_topic(out, commands, topics[0]);
    }
    return 0;
}

}  // namespace quell::cli
