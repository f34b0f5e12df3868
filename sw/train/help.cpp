#include "sw/train/help.h"

#include "models/base/error.h"
#include "models/network/network_names.h"
#include "sw/reference/option_help.h"
#include "sw/reference/writers.h"
#include "sw/train/commands.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

namespace quell::train {
namespace {

reference::Program program_reference(const std::vector<Subcommand>& commands) {
    reference::Program program;
    program.name = "quell-train";
    program.version = reference::program_version();
    program.summary = "trains and places the denoiser blocks of quell, in LibTorch";
    program.page = "docs/training-options.md";
    program.companion = "quell";
    program.sections = reference::all_sections();
    program.prints_sections = false;
    std::vector<std::string> topics;
    for (const Subcommand& command : commands) {
        reference::CommandEntry entry{command.name, command.summary,           command.synopsis, {},
                                      {},           {network::network_names()}};
        command.run(
            {{}, [&](const config::OptionTable& table) { entry.options = reference::arguments_of(table); }});
        program.commands.push_back(entry);
        topics.push_back(command.name);
    }
    reference::Form form = reference::Form::text;
    config::OptionTable arguments;
    reference::register_help_arguments(arguments, form);
    program.commands.push_back({"help",
                                "what there is, or a command's options",
                                "[COMMAND] | --as FORM",
                                {},
                                reference::arguments_of(arguments),
                                {topics}});
    return program;
}

void write_overview(std::ostream& out, const std::vector<Subcommand>& commands) {
    out << "usage: quell-train COMMAND MODEL --data DIR [options]\n";
    for (const Subcommand& command : commands)
        fmt::print(out, "  {:<15} {}\n", command.name, command.summary);
    out << "  help            quell-train help COMMAND for its options; --as man, markdown, bash or zsh\n";
}

}  // namespace

std::vector<Subcommand> all_commands() {
    const char* const usual = "MODEL --data DIR [options]";
    return {
        {"eval", "accuracy of a network in LibTorch, with noise and blocks", usual, eval_command},
        {"place", "which convolutions get a denoiser block under a budget", usual, place_command},
        {"train", "denoiser blocks, or the network itself, under the machine's noise",
         "MODEL --data DIR --output FILE.onnx [options]", train_command},
        {"harden", "several ways to train a network, their accuracy against the noise",
         "MODEL --data DIR --output DIR [options]", harden_command},
        {"fit", "noise.model = device as training draws it, and how well that serves", usual, fit_command},
        {"bench", "images per second on one thread, ours beside LibTorch", usual, bench_command},
        {"bench-training", "images per second of a training step, with noise and without", usual,
         bench_training_command}};
}

std::string names_of(const std::vector<Subcommand>& commands) {
    std::vector<std::string> names;
    for (const Subcommand& command : commands) names.push_back(command.name);
    const std::string last = names.back();
    names.pop_back();
    return fmt::format("{} and {}", fmt::join(names, ", "), last);
}

int help(std::ostream& out, const std::vector<Subcommand>& commands, const std::vector<std::string>& words) {
    reference::Form form = reference::Form::text;
    config::OptionTable table;
    reference::register_help_arguments(table, form);
    // `--learning-rate` names an option as well as `learning-rate` does; --as is help's own.
    std::vector<std::string> plain = words;
    for (std::string& word : plain) {
        if (word.starts_with("--") && word != "--as" && !word.starts_with("--as=")) word.erase(0, 2);
    }
    const std::vector<std::string> topics = table.parse_command_line(plain);
    if (topics.size() > 1)
        throw UsageError("quell-train help: '{}' is one word too many, expected one COMMAND", topics[1]);
    if (form != reference::Form::text) {
        if (!topics.empty())
            throw UsageError(
                "quell-train help {} --as {}: the whole reference is printed, expected no COMMAND", topics[0],
                table.at("as").text());
        reference::write(out, program_reference(commands), form);
        return 0;
    }
    if (topics.empty()) {
        write_overview(out, commands);
        return 0;
    }
    const auto command =
        std::ranges::find_if(commands, [&](const Subcommand& each) { return each.name == topics[0]; });
    if (command == commands.end()) {
        if (reference::write_option_help(out, program_reference(commands), topics[0])) return 0;
        throw UsageError("there is no help on '{}'; {} exist, and their options", topics[0],
                         names_of(commands));
    }
    fmt::print(out, "usage: quell-train {} {}\n{}\n\noptions of this command\n", command->name,
               command->synopsis, command->summary);
    command->run({{}, [&](const config::OptionTable& options) { options.write_argument_help(out); }});
    out << "Beside these all options of `quell help`, above all those of noise, denoiser and input.\n";
    return 0;
}

}  // namespace quell::train
