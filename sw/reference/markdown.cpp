#include "sw/reference/writers.h"

#include <fmt/ostream.h>

#include <algorithm>
#include <ostream>

namespace quell::reference {
namespace {

// In a cell of a table, where a bar would end it and the rest might be taken for markup.
std::string cell(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        if (std::string_view("|*_<>\\").find(c) != std::string_view::npos) safe += '\\';
        safe += c;
    }
    return safe;
}

// Only a bar has a meaning between backticks, and only in a table.
std::string code(const std::string& text) {
    if (text.empty()) return {};
    std::string safe;
    for (const char c : text) safe += c == '|' ? std::string("\\|") : std::string(1, c);
    return "`" + safe + "`";
}

void write_table(std::ostream& out, const std::vector<OptionEntry>& options) {
    const bool sources =
        std::ranges::any_of(options, [](const OptionEntry& option) { return !option.source.empty(); });
    fmt::print(out, "| option | default | legal values | meaning |{}\n| --- | --- | --- | --- |{}\n",
               sources ? " source |" : "", sources ? " --- |" : "");
    for (const OptionEntry& option : options) {
        fmt::print(out, "| {} | {} | {} | {} |", code("--" + option.name),
                   option.is_flag ? "" : code(option.standard),
                   option.is_flag ? "no value" : cell(option.expectation), cell(option.help));
        if (sources) fmt::print(out, " {} |", cell(option.source));
        out << '\n';
    }
}

}  // namespace

void write_markdown(std::ostream& out, const Program& program) {
    fmt::print(out,
               "# Commands and options of {0}\n"
               "<!-- Printed by `{0} help --as markdown`, and compared with it by a test: renew it by\n"
               "     {0} help --as markdown > {1} -->\n\n"
               "Every option is `--name=value` or `--name value`. ",
               program.name, program.page);
    if (program.prints_sections) {
        out << "Those of the sections are taken by every command, and by a file given with\n"
               "`--config FILE` ([configuration](configuration.md)). Units stand in brackets.\n";
    } else {
        fmt::print(out,
                   "Beside its own every command takes the options of all sections,\n"
                   "[the simulator's](options.md), and `--config FILE`.\n");
    }
    out << "\n## Commands\n";
    for (const CommandEntry& command : program.commands) {
        fmt::print(out, "\n### {} {}\n{}.\n\n```text\n{} {} {}\n", program.name, command.name,
                   command.summary, program.name, command.name, command.synopsis);
        if (!command.details.empty()) fmt::print(out, "\n{}\n", command.details);
        out << "```\n";
        if (command.options.empty()) continue;
        out << '\n';
        write_table(out, command.options);
    }
    if (!program.handed_over.empty()) {
        fmt::print(out,
                   "\n### Handed over to {0}\nThese are {0}'s, which is built where LibTorch is there; "
                   "[their options](training-options.md).\n\n| command | does |\n| --- | --- |\n",
                   program.companion);
        for (const CommandEntry& command : program.handed_over) {
            fmt::print(out, "| {} | {} |\n", code(program.name + " " + command.name), cell(command.summary));
        }
    }
    if (!program.prints_sections) return;
    out << "\n## Options of every command\n";
    for (const SectionEntry& section : program.sections) {
        fmt::print(out, "\n### {}\n{}.\n\n", section.name, section.title);
        write_table(out, section.options);
    }
}

}  // namespace quell::reference
