#include "models/base/interrupt.h"
#include "models/network/load.h"
#include "models/network/onnx_export.h"
#include "sw/train/block_words.h"
#include "sw/train/checkpoint.h"
#include "sw/train/command_inputs.h"
#include "sw/train/commands.h"
#include "sw/train/denoiser_training.h"
#include "sw/train/figure.h"
#include "sw/train/freed_memory.h"
#include "sw/train/output_files.h"
#include "sw/train/progress.h"
#include "sw/train/training_arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <iostream>
#include <system_error>
#include <utility>

namespace quell::train {
namespace {

enum class Method { denoiser, baseline, noisy, qat };

struct Arguments : TrainingArguments {
    Method method = Method::denoiser;
    bool variance_aware = false;
    std::string output, checkpoint, log, figure;
};

void register_arguments(config::OptionTable& table, Arguments& arguments) {
    table
        .add_argument("method", arguments.method,
                      config::Choices<Method>{{"denoiser", Method::denoiser},
                                              {"baseline", Method::baseline},
                                              {"noisy", Method::noisy},
                                              {"qat", Method::qat}})
        .help("Train the blocks alone, or the network: without noise, with it, or with rounded operands");
    arguments.register_options(table);
    table.add_argument("bits", arguments.quantisation.bits)
        .range(2, 16)
        .unit("bits")
        .help("qat: of operands");
    table.add_flag("variance-aware", arguments.variance_aware)
        .help("noisy, denoiser: every image has a sigma of its own");
    table.add_argument("output", arguments.output).help("ONNX file to be written");
    table.add_argument("checkpoint", arguments.checkpoint)
        .help("npz file; else the output's name with .checkpoint.npz");
    table.add_argument("log", arguments.log)
        .help("CSV file, a row per epoch; else the output's name with .log.csv");
    table.add_argument("figure", arguments.figure)
        .help("SVG file of the log: loss and accuracy over the epochs, by gnuplot");
    table.add_flag("resume", arguments.training.resume).help("Go on from the checkpoint");
}

void check_usage(const CommandInputs& inputs, const Arguments& arguments) {
    const config::OptionTable& table = inputs.table();
    refuse_format(table, "train");
    const Method method = arguments.method;
    if (method != Method::qat) refuse_without_effect(table, {"bits", "clip"}, "--method qat");
    if (method != Method::denoiser) {
        refuse_without_effect(table, {"budget", "objective", "ranking", "place-batches"},
                              "--method denoiser");
        for (const std::string& name : table.names()) {
            if (name.starts_with("denoiser."))
                refuse_without_effect(table, {name.c_str()}, "--method denoiser");
        }
    }
    if (method != Method::noisy && method != Method::denoiser)
        refuse_without_effect(table, {"ramp", "variance-aware", "magnitude-gradient"},
                              "--method noisy or denoiser");
    if (inputs.configuration().noise.model == config::NoiseModel::none &&
        (method == Method::noisy || method == Method::denoiser)) {
        throw UsageError(
            "noise.model = none: --method noisy and denoiser train under noise, expected gaussian "
            "or device");
    }
    if (inputs.configuration().noise.model != config::NoiseModel::gaussian)
        refuse_without_effect(table, {"magnitude-gradient"}, "noise.model gaussian");
    if (!arguments.variance_aware)
        refuse_without_effect(table, {"variance-alpha", "variance-theta"}, "--variance-aware");
    if (arguments.output.empty())
        throw UsageError("--output FILE.onnx is expected, what is trained goes there");
    std::error_code not_there;
    if (std::filesystem::equivalent(arguments.output, inputs.model(), not_there))
        throw UsageError("--output {}: the network that is trained, expected another file", arguments.output);
}

std::string noise_remarks(const config::NoiseConfig& noise, const std::vector<ProductFit>& fits) {
    std::string fitted;
    for (const ProductFit& fit : fits)
        fitted += fmt::format("fit = {} {} {} {}\n", fit.gain, fit.gain_deviation, fit.channel, fit.element);
    return fitted + fmt::format("noise = {} {} {} {} {} {}\n", static_cast<int>(noise.model),
                                noise.sigma_percent, noise.mean_percent, static_cast<int>(noise.magnitude),
                                static_cast<int>(noise.scope), noise.calibration_images);
}

// How pixels become what the network sees.
std::string input_remarks(const config::InputConfig& input) {
    return fmt::format("input = {} {} {} {} {}\n", input.scale, fmt::join(input.mean, ","),
                       fmt::join(input.deviation, ","), input.resize, static_cast<int>(input.interpolation));
}

// The accuracy under noise, on the test images.
double noisy_accuracy(const CommandInputs& inputs, const network::Graph& graph,
                      const std::vector<RealBlock>& blocks) {
    const auto hook = inputs.noise(inputs.configuration().noise.seed);
    return accuracy_percent(graph, blocks, hook.get(), inputs.sets().test, inputs.configuration().input,
                            inputs.configuration().run.seed, inputs.device());
}

void write_denoised(const CommandInputs& inputs, const Arguments& arguments,
                    const std::vector<RealBlock>& blocks) {
    const std::vector<network::PlacedBlock> placed = words_of(inputs.network(), blocks);
    replace_file(arguments.output, [&](const std::string& fresh) {
        network::export_onnx(network::with_blocks(inputs.graph(), placed), fresh);
    });
    std::vector<RealBlock> rounded;
    std::int64_t parameters = 0;
    for (const network::PlacedBlock& block : placed) {
        rounded.push_back(to_real(block));
        parameters += block.geometry.parameters();
    }
    const network::Graph& graph = inputs.folded();
    std::cout << fmt::format(
        "clean {:.2f} %, noisy {:.2f} %, denoised {:.2f} %, with 16-bit weights {:.2f} % of {} images\n"
        "{} blocks, {} parameters, {:.3f} % of the network's\n{}\n",
        accuracy_percent(graph, {}, nullptr, inputs.sets().test, inputs.configuration().input, 0,
                         inputs.device()),
        noisy_accuracy(inputs, graph, {}), noisy_accuracy(inputs, graph, blocks),
        noisy_accuracy(inputs, graph, rounded), inputs.sets().test.count(), placed.size(), parameters,
        100.0 * static_cast<double>(parameters) / static_cast<double>(inputs.network().parameters()),
        arguments.output);
}

void write_network(const CommandInputs& inputs, const Arguments& arguments, const network::Graph& graph) {
    replace_file(arguments.output, [&](const std::string& fresh) { network::export_onnx(graph, fresh); });
    const config::Configuration& config = inputs.configuration();
    const NoisyNetwork written(graph, arguments.output, config, inputs.sets().train, inputs.device(),
                               inputs.fit_chips());
    const auto hook = written.noise(config.noise.seed);
    const auto accuracy = [&](const network::ProductHook* noise) {
        return accuracy_percent(graph, {}, noise, inputs.sets().test, config.input, 0, inputs.device());
    };
    std::cout << fmt::format("clean {:.2f} %, noisy {:.2f} % of {} images\n{}\n", accuracy(nullptr),
                             accuracy(hook.get()), inputs.sets().test.count(), arguments.output);
}

}  // namespace

int train_command(const Request& request) {
    InterruptWatch interrupt;
    keep_freed_memory();
    CommandInputs inputs;
    Arguments arguments;
    register_arguments(inputs.table(), arguments);
    if (request.described(inputs.table())) return 0;
    inputs.load(request.words, [&] {
        check_usage(inputs, arguments);
        return std::vector<config::NoiseModel>();
    });
    const auto beside = [&](const std::string& given, const char* ending) {
        return given.empty() ? std::filesystem::path(arguments.output).replace_extension(ending).string()
                             : given;
    };
    TrainingOptions& options = arguments.training;
    options.checkpoint = beside(arguments.checkpoint, ".checkpoint.npz");
    const std::string log = beside(arguments.log, ".log.csv");
    options.device = inputs.device();
    std::vector<OutputFile> outputs{
        {"--output", arguments.output}, {"--checkpoint", options.checkpoint}, {"--log", log, false}};
    if (!arguments.figure.empty()) {
        outputs.push_back({"--figure", arguments.figure});
        outputs.push_back({"--figure", figure_script_file(arguments.figure)});
    }
    for (const OutputFile& output : outputs) {
        for (const std::string& read : {inputs.model(), inputs.start()}) {
            std::error_code not_there;
            if (std::filesystem::equivalent(output.file, read, not_there)) {
                throw UsageError("{} {}: the network that is trained, expected another file", output.option,
                                 output.file);
            }
        }
    }
    // An artefact is little more than the network; a checkpoint has every parameter three times.
    require_writable(outputs, 16 * static_cast<std::uint64_t>(inputs.network().parameters()) + (1 << 16));
    if (options.resume) require_checkpoint(options.checkpoint);  // before blocks are placed
    options.batch = inputs.batch();
    options.augmentation = inputs.augmentation();
    options.seed = inputs.configuration().run.seed;
    options.trained = arguments.method == Method::denoiser ? Trained::blocks : Trained::backbone;
    if (arguments.method == Method::qat) options.quantisation = arguments.quantisation;
    if (arguments.method == Method::noisy || inputs.table().is_given("ramp"))
        options.strength.ramp_percent = arguments.ramp_percent;
    if (arguments.variance_aware) options.strength.variance = arguments.variance;
    if (arguments.magnitude_gradient) {
        const config::NoiseConfig& noise_config = inputs.configuration().noise;
        options.magnitude_gradient = MagnitudeGradient{noise_config.magnitude, noise_config.scope};
    }
    options.remarks = noise_remarks(inputs.configuration().noise, inputs.network().fits()) +
                      input_remarks(inputs.configuration().input);

    ProgressLine progress;
    TrainingEvents events;
    events.step = [&](const StepReport& report) { progress.show(report); };
    events.epoch = [&](const EpochReport& report) {
        progress.clear();
        std::cerr << fmt::format("epoch {}  loss {:.4f}  accuracy {:.2f} %  test {:.2f} %  {:.0f} images/s\n",
                                 report.epoch + 1, report.loss, report.accuracy_percent,
                                 report.test_accuracy_percent.value_or(0), report.images_per_second);
        append_log(log, report);
    };
    events.stop = [&] { return interrupt.requested(); };
    const NoiseMaker noise = [&](std::uint64_t seed) {
        const bool noisy = arguments.method == Method::denoiser || arguments.method == Method::noisy;
        return noisy ? inputs.noise(seed) : nullptr;
    };
    const bool blocks_only = arguments.method == Method::denoiser;
    const std::vector<RealBlock> blocks =
        blocks_only ? first_blocks(inputs, inputs.network(), options.seed) : std::vector<RealBlock>();
    if (!options.resume) begin_log(log);
    const TrainingResult result = train(
        blocks_only ? inputs.folded() : inputs.graph(), blocks, noise, inputs.configuration().noise.seed,
        {&inputs.sets().train, &inputs.sets().test, inputs.configuration().input}, options, events);
    progress.clear();
    if (result.stopped) {
        std::cerr << fmt::format("stopped; --resume goes on from {}\n", options.checkpoint);
        return 1;
    }
    if (blocks_only) {
        write_denoised(inputs, arguments, result.blocks);
    } else {
        write_network(inputs, arguments, result.graph);
    }
    if (!arguments.figure.empty())
        draw_figure(log_figure(log, network::display_name(inputs.model())), arguments.figure);
    return 0;
}

}  // namespace quell::train
