#include "sw/cli/commands.h"

namespace quell::cli {
namespace {

class ConfigCommand final : public Command {
public:
    std::string name() const override { return "config"; }
    std::string summary() const override {
        return "print the effective configuration as a file that can be fed back";
    }
    std::string details() const override {
        return "Every option with its meaning, range, default and source. With --config FILE and options, "
               "the\n"
               "configuration they make: `quell config --denoiser.cores 4 > four.ini`, then `quell run "
               "--config four.ini`.";
    }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& /*err*/) override {
        arguments.table.write_file(out);
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_config_command() {
    return std::make_unique<ConfigCommand>();
}

}  // namespace quell::cli
