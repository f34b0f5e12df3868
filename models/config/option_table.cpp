#include "models/config/option_table.h"

#include "models/base/error.h"
#include "models/config/edit_distance.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <utility>

namespace quell::config {

void OptionTable::section(const std::string& name, const std::string& title) {
    if (has_section(name)) throw std::logic_error("section registered twice: " + name);
    sections_.push_back({name, title});
}

Option& OptionTable::insert(Option option, bool command_line_only) {
    if (find(option.name()) != nullptr) throw std::logic_error("option registered twice: " + option.name());
    if (!command_line_only && !has_section(option.section())) {
        throw std::logic_error("option of an unknown section: " + option.name());
    }
    return entries_.emplace_back(Entry{std::move(option), command_line_only}).option;
}

OptionTable::Entry* OptionTable::find(const std::string& name) {
    const auto found =
        std::ranges::find_if(entries_, [&](const Entry& e) { return e.option.name() == name; });
    return found == entries_.end() ? nullptr : &*found;
}

bool OptionTable::has_section(const std::string& name) const {
    return std::ranges::any_of(sections_, [&](const Section& s) { return s.name == name; });
}

const Option& OptionTable::at(const std::string& name) const {
    for (const Entry& entry : entries_) {
        if (entry.option.name() == name) return entry.option;
    }
    throw UsageError("there is no option {}", name);
}

Option& OptionTable::at(const std::string& name) {
    return const_cast<Option&>(std::as_const(*this).at(name));
}

std::vector<std::string> OptionTable::names() const {
    std::vector<std::string> all;
    for (const Entry& entry : entries_) {
        if (!entry.command_line_only) all.push_back(entry.option.name());
    }
    return all;
}

std::vector<const Option*> OptionTable::options_of(const std::string& section) const {
    std::vector<const Option*> all;
    for (const Entry& entry : entries_) {
        if (!entry.command_line_only && entry.option.section() == section) all.push_back(&entry.option);
    }
    return all;
}

std::vector<const Option*> OptionTable::arguments() const {
    std::vector<const Option*> all;
    for (const Entry& entry : entries_) {
        if (entry.command_line_only) all.push_back(&entry.option);
    }
    return all;
}

std::string OptionTable::nearest(const std::string& unknown, bool with_arguments) const {
    const auto dot = unknown.find('.');
    const std::string unknown_key = dot == std::string::npos ? unknown : unknown.substr(dot + 1);
    std::string best;
    std::size_t best_distance = 0;
    const auto compare = [&](const Entry& entry, const std::string& typed, const std::string& name,
                             std::size_t penalty) {
        const std::size_t letters = edit_distance(typed, name), distance = 2 * letters + penalty;
        if (3 * letters > typed.size()) return;  // another word, not this one misspelled
        if (!best.empty() && distance >= best_distance) return;
        best = entry.option.name();
        best_distance = distance;
    };
    for (const Entry& entry : entries_) {
        if (entry.command_line_only && !with_arguments) continue;
        compare(entry, unknown, entry.option.name(), 0);
        // A key without its section, or in a wrong one: "cores" finds "denoiser.cores".
        compare(entry, unknown_key, entry.option.key(), 1);
    }
    return best;
}

void OptionTable::write_file(std::ostream& out) const {
    bool first = true;
    for (const Section& section : sections_) {
        if (!first) out << '\n';
        first = false;
        fmt::print(out, "# {}\n", section.title);
        if (!section.name.empty()) fmt::print(out, "[{}]\n", section.name);
        for (const Entry& entry : entries_) {
            const Option& option = entry.option;
            if (entry.command_line_only || option.section() != section.name) continue;
            fmt::print(out, "\n# {}\n# {}; default {}\n", option.help(), option.expectation(),
                       option.default_text());
            if (!option.source().empty()) fmt::print(out, "# source: {}\n", option.source());
            fmt::print(out, "{} = {}\n", option.key(), option.text());
        }
    }
}

namespace {

void write_option_help(std::ostream& out, const Option& option) {
    if (option.is_flag()) {
        fmt::print(out, "  --{}\n      {}\n", option.name(), option.help());
        return;
    }
    fmt::print(out, "  --{}={}\n      {}\n      {}\n", option.name(), option.default_text(), option.help(),
               option.expectation());
    if (!option.source().empty()) fmt::print(out, "      source: {}\n", option.source());
}

}  // namespace

void OptionTable::write_section_help(std::ostream& out, const std::string& name) const {
    for (const Section& section : sections_) {
        if (section.name == name) fmt::print(out, "{}\n", section.title);
    }
    for (const Entry& entry : entries_) {
        if (!entry.command_line_only && entry.option.section() == name) write_option_help(out, entry.option);
    }
}

bool OptionTable::has_arguments() const {
    return std::ranges::any_of(entries_, [](const Entry& entry) { return entry.command_line_only; });
}

void OptionTable::write_argument_help(std::ostream& out) const {
    for (const Entry& entry : entries_) {
        if (entry.command_line_only) write_option_help(out, entry.option);
    }
}

}  // namespace quell::config
