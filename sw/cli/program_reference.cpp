#include "sw/cli/program_reference.h"

#include "sw/cli/companion.h"
#include "sw/study/sweep/run_metrics.h"

#include <algorithm>
#include <utility>

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
        "what there is, a command's options, a section's, or all about one option",
        "[COMMAND | SECTION | OPTION] | --as FORM",
        "--as prints all of it at once: a page of Markdown, a man page, or completion for a shell, as in\n"
        "eval \"$(quell help --as bash)\"",
        reference::arguments_of(arguments),
        {topics}};
}

// For completion: what is usually given where anything might be.
void suggest(reference::Program& program, const std::string& command, const std::string& option,
             std::vector<std::string> words) {
    const auto found = std::ranges::find(program.commands, command, &reference::CommandEntry::name);
    if (found == program.commands.end()) return;
    const auto entry = std::ranges::find(found->options, option, &reference::OptionEntry::name);
    if (entry != found->options.end()) entry->words = std::move(words);
}

std::vector<std::string> names_of(const std::vector<study::Metric>& metrics, bool objectives_alone) {
    std::vector<std::string> names;
    for (const study::Metric& metric : metrics) {
        if (!objectives_alone || metric.better != study::Better::none) names.push_back(metric.name);
    }
    return names;
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
    const std::vector<study::Metric> metrics = study::sweep_metrics(true);
    suggest(program, "sweep", "objectives", names_of(metrics, true));
    suggest(program, "report", "metrics", names_of(metrics, false));
    return program;
}

}  // namespace quell::cli
