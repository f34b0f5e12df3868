// How the option table is filled: the command line and the configuration file, both read by
// Boost.Program_options.
#include "models/base/byte_order_mark.h"
#include "models/base/error.h"
#include "models/base/files.h"
#include "models/config/option_table.h"

#include <boost/program_options.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace quell::config {
namespace {

namespace po = boost::program_options;

constexpr std::size_t largest_file = 1 << 20;  // bytes; far above any configuration, far below trouble

// A line of a broken file may hold anything: only what prints is repeated, and not more than fits a message.
std::string printable(std::string text) {
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < 32 || c > 126; }, '?');
    if (text.size() > 200) text = text.substr(0, 200) + "...";
    return text;
}

// What ends the message about a name that is not known.
std::string hint(const std::string& what, const std::string& nearest) {
    return nearest.empty() ? "`quell help` lists what there is" : what + " " + nearest;
}

// "general" is what help calls the options without a section.
std::string without_general(const std::string& key) {
    constexpr std::string_view general = "general.";
    return key.starts_with(general) ? key.substr(general.size()) : key;
}

std::string read_limited(const std::string& path) {
    if (is_folder(path)) throw UsageError("{}: is a folder, expected a configuration file", path);
    std::ifstream file(path, std::ios::binary);
    if (!file) throw UsageError("{}: cannot be opened, expected a configuration file", path);
    std::string text(largest_file + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) throw UsageError("{}: cannot be read", path);
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > largest_file)
        throw UsageError("{}: larger than 1 MiB, expected a configuration file", path);
    remove_byte_order_mark(text);
    return text;
}

}  // namespace

std::vector<std::string> OptionTable::parse_command_line(const std::vector<std::string>& arguments) {
    po::options_description description;
    auto add = description.add_options();
    add("config", po::value<std::string>());
    for (const Entry& entry : entries_) {
        auto* value = po::value<std::string>();
        if (entry.option.is_flag()) value->zero_tokens();
        add(entry.option.name().c_str(), value);
    }

    // No guessing of shortened names, no short options: "-1" is a value.
    namespace style = po::command_line_style;
    std::vector<po::option> given;
    try {
        given = po::command_line_parser(arguments)
                    .options(description)
                    .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
                    .allow_unregistered()
                    .run()
                    .options;
    } catch (const po::invalid_command_line_syntax& error) {
        const std::string name =
            error.get_option_name().substr(std::min<std::size_t>(2, error.get_option_name().size()));
        Entry* entry = find(name);
        if (error.kind() == po::invalid_command_line_syntax::extra_parameter) {
            throw UsageError("--{}: takes no value", printable(name));
        }
        throw UsageError("--{}: a value is missing, expected {}", printable(name),
                         entry != nullptr ? entry->option.expectation() : "a file name");
    } catch (const po::error& error) {
        throw UsageError("{}", printable(error.what()));
    }

    std::vector<std::string> operands;
    std::set<std::string> seen;
    std::string file;
    std::vector<const po::option*> settings;
    for (const po::option& option : given) {
        if (option.position_key >= 0 || option.string_key.empty()) {
            operands.insert(operands.end(), option.value.begin(), option.value.end());
            continue;
        }
        const std::string& name = option.string_key;
        if (name != "config" && find(name) == nullptr) {
            const std::string near = nearest(name);
            throw UsageError("--{}: there is no such option; {}", printable(name),
                             hint("the nearest is", near.empty() ? near : "--" + near));
        }
        const bool again = !seen.insert(name).second;
        if (again && (name == "config" || !find(name)->option.is_repeated()))
            throw UsageError("--{}: given twice, expected once", name);
        if (name == "config") {
            file = option.value.at(0);
        } else {
            settings.push_back(&option);
        }
    }
    if (seen.contains("config")) parse_file(file);
    for (const po::option* option : settings) {
        Option& target = find(option->string_key)->option;
        const std::string value = option->value.empty() ? std::string() : option->value.front();
        target.assign(target.is_flag() ? "true" : value, "--" + option->string_key + " " + printable(value),
                      Origin::command_line);
    }
    return operands;
}

void OptionTable::parse_file(const std::string& path) {
    std::istringstream stream(read_limited(path));
    parse_stream(stream, path);
}

void OptionTable::parse_stream(std::istream& stream, const std::string& name) {
    po::options_description description;
    std::vector<po::option> given;
    try {
        given = po::parse_config_file(stream, description, true).options;
    } catch (const po::error& error) {
        throw UsageError("{}: {}", name, printable(error.what()));
    }
    std::set<std::string> seen;
    for (const po::option& option : given) {
        const std::string key = without_general(option.string_key);
        const std::string value = option.value.empty() ? std::string() : option.value.front();
        const auto dot = key.find('.');
        const std::string section = dot == std::string::npos ? std::string() : key.substr(0, dot);
        Entry* entry = find(key);
        if (entry == nullptr && !has_section(section)) {
            throw UsageError("{}: there is no section [{}]; {}", name, printable(section),
                             hint("the nearest option is", nearest(key, false)));
        }
        if (entry == nullptr) {
            throw UsageError("{}: there is no option {}; {}", name, printable(key),
                             hint("the nearest is", nearest(key, false)));
        }
        if (entry->command_line_only)
            throw UsageError("{}: {} can be given on the command line only", name, key);
        if (!seen.insert(key).second) throw UsageError("{}: {} is given twice, expected once", name, key);
        entry->option.assign(value, name + ": " + key + " = " + printable(value), Origin::file);
    }
}

}  // namespace quell::config
