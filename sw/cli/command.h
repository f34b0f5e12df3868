// What a command of the program is. Each lives in a file of its own, command_<name>.cpp, and is listed in
// commands.cpp.
#pragma once

#include "models/config/configuration.h"
#include "models/config/option_table.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace quell::cli {

// What the person typed, parsed, resolved and validated.
struct Arguments {
    const config::Configuration& configuration;
    const config::OptionTable& table;  // to print it, or to ask whether an option was given
    std::vector<std::string> operands;
};

class Command {
public:
    virtual ~Command() = default;

    virtual std::string name() const = 0;     // "run"
    virtual std::string summary() const = 0;  // one line, without a full stop
    virtual std::string synopsis() const {
        return "[options]";
    }                                                   // what follows the name: "[MODEL] [options]"
    virtual std::string details() const { return {}; }  // paragraphs for `quell help NAME`
    virtual std::size_t most_operands() const { return 0; }
    // What the first operand, the second ... may be beside a file: for the completion of the command line.
    virtual std::vector<std::vector<std::string>> operand_words() const { return {}; }

    // The command's own options, bound to its members: table.add_argument("channels", channels_).
    virtual void register_arguments(config::OptionTable& /*table*/) {}

    // Results go to `out`, messages to `err`. Returns the exit code; throws UsageError (2) or any exception
    // (1).
    virtual int run(const Arguments& arguments, std::ostream& out, std::ostream& err) = 0;
};

}  // namespace quell::cli
