// The option table: the one place that knows every option. From it come the command line, the configuration
// file, the help by section and the printed effective configuration.
//
//     Configuration configuration;
//     OptionTable table;
//     register_options(table, configuration);                       // the sections of the configuration
//     table.add_argument("channels", channels).range(1, 65535)...;  // what one command asks for beside them
//     std::vector<std::string> operands = table.parse_command_line({"--denoiser.cores", "4",
//     "--channels=64"}); validate(configuration);
#pragma once

#include "models/config/option.h"

#include <deque>
#include <iosfwd>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace quell::config {

class OptionTable {
public:
    OptionTable() = default;
    OptionTable(const OptionTable&) = delete;
    OptionTable& operator=(const OptionTable&) = delete;

    // Begins a section ("denoiser") and says what it is about; "" is the section of plain names.
    void section(const std::string& name, const std::string& title);

    // An option of the configuration: "section.key" or a plain name; legal in files and on the command line.
    template <typename T>
    Option& add(const std::string& name, T& field) {
        return insert(Option(name, field), false);
    }
    template <typename E>
    Option& add(const std::string& name, E& field, Choices<E> choices) {
        return insert(Option(name, field, std::move(choices)), false);
    }

    // An option of one command, legal on the command line only.
    template <typename T>
    Option& add_argument(const std::string& name, T& field) {
        return insert(Option(name, field), true);
    }
    template <typename E>
    Option& add_argument(const std::string& name, E& field, Choices<E> choices) {
        return insert(Option(name, field, std::move(choices)), true);
    }
    // As often as the person likes.
    Option& add_repeated(const std::string& name, Repeated& field) {
        return insert(Option(name, field), true);
    }
    // "--all" alone means true.
    Option& add_flag(const std::string& name, bool& field) {
        return insert(Option(name, field).flag(), true);
    }

    // Reads --name=value, --name value and --config FILE, in any order; the command line beats the file and
    // the file beats the defaults. Returns what is no option: the operands, in order. Throws UsageError on an
    // unknown name (naming the nearest), a value that is not legal, and a name given twice.
    std::vector<std::string> parse_command_line(const std::vector<std::string>& arguments);

    // [section] and key = value, '#' begins a comment. Only options of the configuration.
    void parse_file(const std::string& path);
    void parse_stream(std::istream& stream, const std::string& name);  // `name` opens the messages

    // The effective configuration as a commented file that parse_file reads back to the same values.
    void write_file(std::ostream& out) const;

    // Every option of a section, or every argument of the command, with its unit, default, range and source.
    void write_section_help(std::ostream& out, const std::string& section) const;
    bool has_arguments() const;
    void write_argument_help(std::ostream& out) const;

    struct Section {
        std::string name, title;
    };
    const std::deque<Section>& sections() const { return sections_; }
    bool has_section(const std::string& name) const;

    const Option& at(const std::string& name) const;  // throws UsageError when there is none
    Option& at(const std::string& name);
    // True when the file or the command line set it, be it to the default.
    bool is_given(const std::string& name) const { return at(name).origin() != Origin::standard; }
    std::vector<std::string> names() const;  // options of the configuration, in order of registration
    // Options of a section, and of the command, in order of registration.
    std::vector<const Option*> options_of(const std::string& section) const;
    std::vector<const Option*> arguments() const;
    // The option that `unknown` looks like a misspelling of: at most a third of its letters differ. Empty
    // when there is none.
    std::string nearest(const std::string& unknown, bool with_arguments = true) const;

private:
    struct Entry {
        Option option;
        bool command_line_only;
    };

    Option& insert(Option option, bool command_line_only);
    Entry* find(const std::string& name);

    std::deque<Section> sections_;
    std::deque<Entry> entries_;
};

}  // namespace quell::config
