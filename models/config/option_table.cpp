#include "models/config/option_table.h"

#include "models/base/error.h"
#include "models/config/edit_distance.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>

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
    throw UsageError("there is no option {}; the nearest is {}", name, nearest(name));
}

std::vector<std::string> OptionTable::names() const {
    std::vector<std::string> all;
    for (const Entry& entry : entries_) {
        if (!entry.command_line_only) all.push_back(entry.option.name());
    }
    return all;
}

std::string OptionTable::nearest(const std::string& unknown, bool with_arguments) const {
    std::string best;
    std::size_t best_distance = 0;
    for (const Entry& entry : entries_) {
        if (entry.command_line_only && !with_arguments) continue;
        // A key without its section is as near as the full name, so that "cores" finds "denoiser.cores".
        const std::size_t distance = std::min(2 * edit_distance(unknown, entry.option.name()),
                                              2 * edit_distance(unknown, entry.option.key()) + 1);
        if (best.empty() || distance < best_distance) {
            best = entry.option.name();
            best_distance = distance;
        }
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
