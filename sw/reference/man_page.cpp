#include "sw/reference/writers.h"

#include <fmt/ostream.h>

#include <algorithm>
#include <ostream>
#include <sstream>

namespace quell::reference {
namespace {

// Text as roff prints it literally. A hyphen is a minus, so that what is copied from the page can be typed.
std::string literal(const std::string& text) {
    std::string roff;
    for (const char c : text) {
        if (c == '\\')
            roff += "\\e";
        else if (c == '-')
            roff += "\\-";
        else if (c == '\'')
            roff += "\\(aq";
        else if (c == '`')
            roff += "\\(ga";
        else if (c == '^')
            roff += "\\(ha";
        else if (c == '~')
            roff += "\\(ti";
        else
            roff += c;
    }
    return roff;
}

// Lines of their own: one that begins with a full stop would be a request.
void write_lines(std::ostream& out, const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) {
            out << ".PP\n";
            continue;
        }
        line.erase(0, line.find_first_not_of(' '));
        fmt::print(out, "{}{}\n", line.starts_with('.') ? "\\&" : "", literal(line));
    }
}

void write_options(std::ostream& out, const std::vector<OptionEntry>& options) {
    for (const OptionEntry& option : options) {
        if (option.is_flag) {
            fmt::print(out, ".TP\n\\fB\\-\\-{}\\fR\n", literal(option.name));
            write_lines(out, option.help);
            continue;
        }
        fmt::print(out, ".TP\n\\fB\\-\\-{}\\fR=\\fI{}\\fR\n", literal(option.name),
                   option.standard.empty() ? "TEXT" : literal(option.standard));
        write_lines(out, option.help);
        out << ".br\n";
        write_lines(out, option.expectation);
        if (option.source.empty()) continue;
        out << ".br\n";
        write_lines(out, "source: " + option.source);
    }
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

}  // namespace

void write_man_page(std::ostream& out, const Program& program) {
    const std::string name = literal(program.name);
    fmt::print(out,
               ".\\\" Printed by `{} help --as man`.\n"
               ".TH {} 1 \"\" \"{} {}\" \"User Commands\"\n.ad l\n"
               ".SH NAME\n{} \\- {}\n"
               ".SH SYNOPSIS\n.B {}\n.I COMMAND\n[operands] [\\fB\\-\\-section.key\\fR=\\fIvalue\\fR ...] "
               "[\\fB\\-\\-config\\fR \\fIFILE\\fR]\n"
               ".SH DESCRIPTION\n",
               program.name, upper(literal(program.name)), name, literal(program.version), name,
               literal(program.summary), name);
    write_lines(
        out,
        "Options are --name=value or --name value; shown with each is its default. Options of a section "
        "are taken by every command, and as lines of the file that --config names; the command line "
        "beats the file. Results go to standard output, messages to standard error.");
    out << ".SH COMMANDS\n";
    for (const CommandEntry& command : program.commands) {
        fmt::print(out, ".SS {} {} {}\n", name, literal(command.name), literal(command.synopsis));
        write_lines(out, command.summary + ".");
        if (!command.details.empty()) {
            out << ".PP\n";
            write_lines(out, command.details);
        }
        write_options(out, command.options);
    }
    if (!program.handed_over.empty()) {
        fmt::print(out, ".SS Handed over to {}\n", literal(program.companion));
        write_lines(out, "These are explained in " + program.companion + "(1).");
        for (const CommandEntry& command : program.handed_over) {
            fmt::print(out, ".TP\n\\fB{} {}\\fR\n", name, literal(command.name));
            write_lines(out, command.summary);
        }
    }
    if (program.prints_sections) {
        out << ".SH OPTIONS\n";
        for (const SectionEntry& section : program.sections) {
            fmt::print(out, ".SS {}: {}\n", literal(section.name), literal(section.title));
            write_options(out, section.options);
        }
    } else {
        out << ".SH OPTIONS\n";
        write_lines(out, "The options of every section are those of " + program.companion + "(1).");
    }
    out << ".SH EXIT STATUS\n0 done, 1 failed, 2 wrong usage.\n";
    if (!program.companion.empty()) fmt::print(out, ".SH SEE ALSO\n.BR {} (1)\n", literal(program.companion));
}

}  // namespace quell::reference
