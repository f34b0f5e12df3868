#include "sw/cli/program_reference.h"

#include "sw/cli/companion.h"

namespace quell::cli {
namespace {

reference::CommandEntry entry_of(Command& command) {
    config::OptionTable arguments;
    command.register_arguments(arguments);
    return {command.name(),
            command.summary(),
            command.synopsis(),
            command.details(),
            reference::arguments_of(arguments),
            command.operand_words(),
            command.most_operands() > command.operand_words().size()};
}

reference::CommandEntry help_entry(const reference::Program& program) {
    reference::Form form = reference::Form::text;
    config::OptionTable arguments;
    reference::register_help_arguments(arguments, form);
    std::vector<std::string> topics;
    for (const auto& command : program.commands) topics.push_back(command.name);
    for (const auto& command : program.handed_over) topics.push_back(command.name);
    for (const auto& section : program.sections) topics.push_back(section.name);
    return {
        "help",
        "what there is, a command's options, or a section's",
        "[COMMAND | SECTION] | --as FORM",
        "--as prints all of it at once: a page of Markdown, a man page, or completion for a shell, as in\n"
        "eval \"$(quell help --as bash)\"",
        reference::arguments_of(arguments),
        {topics}};
}

}  // namespace

reference::Program program_reference(const std::vector<std::unique_ptr<Command>>& commands) {
    reference::Program program;
    program.name = "quell";
    program.version = reference::program_version();
    program.summary = "simulator of a mixed-signal DNN accelerator that quells its own analog noise";
    program.page = "docs/options.md";
    program.companion = "quell-train";
    program.sections = reference::all_sections();
    for (const auto& command : commands) program.commands.push_back(entry_of(*command));
    for (const auto& [name, summary] : companion_commands())
        program.handed_over.push_back({name, summary, {}, {}, {}, {}});
    program.commands.push_back(help_entry(program));
    return program;
}

}  // namespace quell::cli
