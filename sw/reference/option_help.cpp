#include "sw/reference/option_help.h"

#include "models/config/edit_distance.h"

#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>
#include <vector>

namespace quell::reference {
namespace {

std::string without_dashes(const std::string& name) {
    return name.starts_with("--") ? name.substr(2) : name;
}

void write(std::ostream& out, const OptionEntry& option, const std::string& place) {
    const auto line = [&](const char* what, const std::string& text) {
        if (!text.empty()) fmt::print(out, "  {:<9} {}\n", what, text);
    };
    fmt::print(out, "--{}{}\n  {}\n\n", option.name, option.is_flag ? "" : "=" + option.standard,
               option.help);
    line("default", option.is_flag ? "" : option.standard.empty() ? "none" : option.standard);
    line("expected", option.is_flag ? "no value" : option.expectation);
    line("unit", option.unit);
    line("of", place);
    line("source", option.source);
}

bool same(const OptionEntry& a, const OptionEntry& b) {
    return a.standard == b.standard && a.expectation == b.expectation && a.help == b.help;
}

}  // namespace

bool write_option_help(std::ostream& out, const Program& program, const std::string& topic) {
    const std::string name = without_dashes(topic);
    for (const SectionEntry& section : program.sections) {
        const auto found = std::ranges::find(section.options, name, &OptionEntry::name);
        if (found == section.options.end()) continue;
        write(out, *found,
              fmt::format("every command and --config FILE; section {}: {}", section.name, section.title));
        return true;
    }
    // Commands share arguments, and some say something else by the same name.
    struct Meaning {
        const OptionEntry* option;
        std::vector<std::string> commands;
    };
    std::vector<Meaning> meanings;
    for (const CommandEntry& command : program.commands) {
        const auto found = std::ranges::find(command.options, name, &OptionEntry::name);
        if (found == command.options.end()) continue;
        const auto known =
            std::ranges::find_if(meanings, [&](const Meaning& each) { return same(*each.option, *found); });
        const std::string typed = program.name + " " + command.name;
        if (known == meanings.end()) {
            meanings.push_back({&*found, {typed}});
        } else {
            known->commands.push_back(typed);
        }
    }
    for (std::size_t i = 0; i < meanings.size(); ++i) {
        if (i > 0) out << '\n';
        write(out, *meanings[i].option, fmt::format("{} alone", fmt::join(meanings[i].commands, ", ")));
    }
    return !meanings.empty();
}

NearOption nearest_option(const Program& program, const std::string& unknown) {
    const std::string typed = without_dashes(unknown);
    NearOption nearest;
    const auto consider = [&](const OptionEntry& option) {
        const std::size_t dot = option.name.find('.');
        const std::string key = dot == std::string::npos ? option.name : option.name.substr(dot + 1);
        const std::size_t letters =
            std::min(config::edit_distance(typed, option.name), config::edit_distance(typed, key));
        if (nearest.name.empty() || letters < nearest.letters) nearest = {option.name, letters};
    };
    for (const SectionEntry& section : program.sections) std::ranges::for_each(section.options, consider);
    for (const CommandEntry& command : program.commands) std::ranges::for_each(command.options, consider);
    return nearest;
}

}  // namespace quell::reference
