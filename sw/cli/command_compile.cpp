#include "models/network/load.h"
#include "models/network/network_names.h"
#include "sw/cli/commands.h"
#include "sw/cli/file_roles.h"
#include "sw/cli/program_files.h"
#include "sw/compiler/context_writer.h"
#include "sw/compiler/lowering.h"
#include "sw/compiler/pipeline_writer.h"
#include "sw/study/batch_run.h"
#include "sw/study/own_blocks.h"
#include "tlm/context_program.h"
#include "tlm/platform.h"

#include <fmt/ostream.h>

#include <ostream>

namespace quell::cli {
namespace {

// A program, and the network it was made of when it was.
struct Program {
    std::vector<std::uint64_t> words;
    std::optional<compiler::MachineNetwork> network;
};

class CompileCommand final : public Command {
public:
    std::string name() const override { return "compile"; }
    std::string summary() const override { return "the context words of a network, as assembly and back"; }
    std::string synopsis() const override {
        return "MODEL | --assemble FILE | --disassemble FILE [--output FILE] [--words FILE] [--run] "
               "[options]";
    }
    std::string details() const override {
        return "Prints the program that the sequencer executes, one instruction a line, every stretch headed "
               "by "
               "the\n"
               "layer it serves. MODEL is a built-in network (quell model list) or an ONNX file; --batch N "
               "compiles it\n"
               "for N images on their way at the same time. The program may come from a file instead. In any "
               "case it\n"
               "is checked as a whole against the configured machine. --run executes it there and prints the "
               "cycles\n"
               "of every SYNC and DENOISE. The words are described in docs/context-words.md.";
    }
    std::size_t most_operands() const override { return 1; }
    std::vector<std::vector<std::string>> operand_words() const override {
        return {network::network_names()};
    }

    void register_arguments(config::OptionTable& table) override {
        table.add_argument("assemble", assemble_).help("Take the program from this file of assembly");
        table.add_argument("disassemble", disassemble_)
            .help("Take the program from this file of words, 16 hexadecimal digits a line");
        table.add_argument("output", output_).help("Write the assembly to this file instead of printing it");
        table.add_argument("words", words_)
            .help("Write the words to this file, 16 hexadecimal digits a line");
        table.add_flag("run", run_).help("Execute the program and print cycles instead of assembly");
    }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& /*err*/) override {
        config::Configuration c = arguments.configuration;
        check_usage(arguments);
        const std::vector<FileRole> written{{"--output", output_}, {"--words", words_}};
        require_names(arguments.table, written);
        require_places(written);
        require_different_files({{"MODEL", arguments.operands.empty() ? "" : arguments.operands[0]},
                                 {"--assemble", assemble_},
                                 {"--disassemble", disassemble_}},
                                written);
        const Program program = take(arguments, c);
        check(program.words, c);
        if (!words_.empty()) write_words(words_, program.words);
        const bool assembly_wanted = !output_.empty() || !run_;
        if (assembly_wanted) {
            const std::string text =
                compiler::to_assembly(program.words, program.network ? &*program.network : nullptr);
            if (output_.empty()) {
                out << text;
            } else {
                write_text_file(output_, text);
            }
        }
        if (run_) execute(program, c, out);
        return 0;
    }

private:
    void check_usage(const Arguments& arguments) const {
        const std::size_t sources =
            arguments.operands.size() + (assemble_.empty() ? 0 : 1) + (disassemble_.empty() ? 0 : 1);
        if (sources == 0) throw UsageError("the network is missing; usage: quell compile {}", synopsis());
        if (sources > 1)
            throw UsageError("one program at a time: expected one of MODEL, --assemble and --disassemble");
        if (arguments.operands.empty() && arguments.configuration.run.batch > 1)
            throw UsageError("--batch: a program from a file has its own number of images");
        if (arguments.configuration.run.format != config::Format::table)
            throw UsageError("--format: `quell compile` prints assembly, expected table");
    }

    std::string file() const { return assemble_.empty() ? disassemble_ : assemble_; }

    // The configuration becomes what the blocks of a network's own ask for.
    Program take(const Arguments& arguments, config::Configuration& c) const {
        if (!assemble_.empty()) return {read_assembly(assemble_), std::nullopt};
        if (!disassemble_.empty()) return {read_words(disassemble_), std::nullopt};
        network::Graph graph =
            network::load_network(arguments.operands[0], network::Weights::none, c.run.seed);
        graph.name = network::display_name(arguments.operands[0]);
        study::take_own_blocks(graph, arguments.table, c);
        const std::vector<std::int64_t> blocks = c.placement.after.value_or(std::vector<std::int64_t>{});
        Program program;
        program.network = compiler::lower(graph, {c.platform, c.tile, c.denoiser, blocks});
        if (c.run.batch == 1) {
            program.words = compiler::write_context_words(*program.network);
            return program;
        }
        if (!program.network->resident) {
            throw Error(
                "--batch {}: the weights of {} do not fit on the grid; its images follow each other, "
                "each by the program of one",
                c.run.batch, graph.name);
        }
        study::PipelinedNetwork pipelined = study::pipeline_network(graph, *program.network, blocks, c);
        program.words = compiler::write_pipeline_words(pipelined.network, pipelined.plan, c.run.batch);
        program.network = std::move(pipelined.network);
        return program;
    }

    void check(const std::vector<std::uint64_t>& words, const config::Configuration& c) const {
        try {
            tlm::decode_program(words, c.platform);
        } catch (const Error& error) {
            if (file().empty()) throw;
            throw Error("{}: {}", file(), error.what());
        }
    }

    static void execute(const Program& program, const config::Configuration& c, std::ostream& out) {
        const auto model = c.run.fidelity == config::Fidelity::cycle ? tlm::DenoiserModel::pin_level
                                                                     : tlm::DenoiserModel::transaction;
        tlm::Platform platform("platform", {c.platform, c.tile, c.denoiser, c.run.clock_mhz, model},
                               program.words);
        platform.run();
        fmt::print(out, "{:<8} {:>6} {:>6} {:>14} {:>14}\n", "", "number", "image", "begin", "cycles");
        const auto image = [](std::int64_t i) { return i == tlm::single_image ? "" : std::to_string(i); };
        for (const tlm::LayerTrace& trace : platform.layers()) {
            fmt::print(out, "{:<8} {:>6} {:>6} {:>14} {:>14}\n", "layer", trace.layer, image(trace.image),
                       platform.cycles_at(trace.begin), trace.breakdown.total());
        }
        for (const tlm::BlockTrace& trace : platform.blocks()) {
            fmt::print(out, "{:<8} {:>6} {:>6} {:>14} {:>14}\n", "block", trace.site, image(trace.image),
                       platform.cycles_at(trace.begin), trace.cycles);
        }
        fmt::print(out, "total {:>45}\n", platform.cycles());
    }

    std::string assemble_, disassemble_, output_, words_;
    bool run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_compile_command() {
    return std::make_unique<CompileCommand>();
}

}  // namespace quell::cli
