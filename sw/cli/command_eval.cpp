#include "models/base/npy.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/dataset/data_arguments.h"
#include "models/network/default/default_network.h"
#include "models/network/evaluation.h"
#include "models/network/executor_factory.h"
#include "models/network/load.h"
#include "models/network/network_names.h"
#include "models/network/shape_inference.h"
#include "sw/cli/commands.h"
#include "sw/cli/file_roles.h"
#include "sw/cli/warnings.h"
#include "sw/study/machine.h"
#include "sw/study/own_blocks.h"
#include "sw/study/plain_accuracy.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <ostream>

namespace quell::cli {
namespace {

class EvalCommand final : public Command {
public:
    std::string name() const override { return "eval"; }
    std::string summary() const override {
        return "accuracy of a network on labelled images, with the noise of the tiles";
    }
    std::string synopsis() const override { return "[MODEL --data DIR [--dataset NAME]] [options]"; }
    std::string details() const override {
        return "MODEL is an ONNX file or the name of a built-in network (`quell model list`). Every image "
               "runs in the\n"
               "arithmetic of --arithmetic, with noise of the section noise after every Conv and Gemm.\n"
               "--arithmetic float32 --noise.model none is the reference network.\n"
               "The network has one output (images, classes), of at least as many classes as the data set.\n"
               "Without MODEL and --data: --compare of the network that the program brings along, "
               "resnet20_synthetic, on the\n"
               "synthetic set.";
    }
    std::size_t most_operands() const override { return 1; }
    std::vector<std::vector<std::string>> operand_words() const override {
        return {network::network_names()};
    }

    void register_arguments(config::OptionTable& table) override {
        data_.register_arguments(table);
        table.add_argument("limit", limit_)
            .range(0, 1e9)
            .unit("images")
            .help("How many images, from the first; 0: all");
        table.add_flag("compare", compare_)
            .help("Also without noise, and with noise but without the network's blocks");
        table.add_argument("dump-logits", dump_logits_)
            .help("Write the network's outputs, float32 (images, outputs), to this .npy file");
    }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& err) override {
        config::Configuration c = arguments.configuration;
        check_usage(arguments);
        const bool bare = arguments.operands.empty();
        if (bare) data_.take_synthetic();
        data_.check(arguments.table);
        const std::string model = bare ? std::string(network::default_network_name) : arguments.operands[0];
        const std::vector<FileRole> written{{"--dump-logits", dump_logits_}};
        require_names(arguments.table, written);
        require_places(written);
        require_different_files({{"MODEL", network::is_builtin(model) ? "" : model}}, written);
        network::Graph graph = network::load_network(model, network::Weights::drawn, c.run.seed);
        network::require_classifier(graph);
        const Shape shape = network::image_shape_of(graph);
        const network::LabelledImages images =
            network::read_dataset(data_.source(), network::Part::test, limit_, shape, c.input, c.run.threads);
        network::require_classes(network::output_shape_of(graph), images);
        const std::int64_t calibration_count = study::calibration_image_count(c);
        const network::CalibrationImages calibration =
            network::read_calibration(data_.source(), calibration_count, shape, c.input);
        warn_of_skipped(images, err);
        const std::vector<Tensor<float>> calibrated =
            network::normalised_images(calibration.images, c.input, calibration_count);
        std::optional<study::PlainAccuracy> plain;
        // Behind what may be refused: an error stands alone.
        const auto warn = [&] {
            warn_of_calibration(data_, calibration, err);
            warn_of_drawn_weights(model, err);
        };
        if (compare_ || bare) {
            plain = study::evaluate_plain(graph, images, calibrated, c);
            warn();
        }
        if (c.placement.after) network::take_blocks(graph);  // none: to run without them
        const bool denoised = network::has_blocks(graph);
        network::Evaluation result;
        if (plain && !denoised) {
            result = plain->noisy;
        } else {
            // The denoiser works on words; in float32 its operators run as they stand in the file.
            std::vector<network::PlacedBlock> blocks;
            if (c.run.arithmetic == config::Arithmetic::fixed16)
                blocks = study::take_own_blocks(graph, arguments.table, c);
            const study::Machine machine(
                std::move(graph), calibrated, c,
                {c.placement.after.value_or(std::vector<std::int64_t>{}), "", std::move(blocks)});
            if (!plain) warn();
            result =
                network::evaluate(*machine.executor, images, c.input, machine.noise.get(), c.run.threads);
        }
        if (!dump_logits_.empty()) write_npy(dump_logits_, result.logits);
        print(model, result, plain, denoised, images.skipped.count, arguments, out);
        return 0;
    }

private:
    void check_usage(const Arguments& arguments) const {
        if (arguments.operands.empty()) {
            for (const char* option : {"data", "dataset"}) {
                if (arguments.table.is_given(option))
                    throw UsageError("--{}: the network is missing; usage: quell eval {}", option,
                                     synopsis());
            }
        } else if (!data_.has_images()) {
            throw UsageError("--data is missing; usage: quell eval {}", synopsis());
        }
        for (const char* option : {"fidelity", "batch"}) {
            if (arguments.table.is_given(option)) {
                throw UsageError(
                    "{}: `quell eval` computes values, which do not depend on it; `quell run` times", option);
            }
        }
        const config::PlacementConfig& placement = arguments.configuration.placement;
        if (!placement.weights.empty() || (placement.after && !placement.after->empty())) {
            throw UsageError("{}: `quell eval` runs the blocks a network brings; it places none",
                             placement.weights.empty() ? "denoiser.after" : "denoiser.weights");
        }
    }

    void print(const std::string& typed, const network::Evaluation& result,
               const std::optional<study::PlainAccuracy>& plain, bool denoised, std::int64_t skipped,
               const Arguments& arguments, std::ostream& out) const {
        const config::OptionTable& table = arguments.table;
        const std::string model = network::display_name(typed);
        const config::Configuration& c = arguments.configuration;
        const std::string noise = table.at("noise.model").text(), arithmetic = table.at("arithmetic").text();
        const bool gaussian = c.noise.model == config::NoiseModel::gaussian;
        const bool device = c.noise.model == config::NoiseModel::device;
        const std::string preset = table.at("device.preset").text();
        switch (c.run.format) {
            case config::Format::json: {
                nlohmann::ordered_json json{{"schema", "quell.eval/1"},
                                            {"model", model},
                                            {"accuracy_percent", result.accuracy_percent()},
                                            {"images", result.images},
                                            {"correct", result.correct},
                                            {"images_per_second", result.images_per_second()},
                                            {"noise", noise},
                                            {"arithmetic", arithmetic}};
                if (plain) {
                    json["clean_accuracy_percent"] = plain->clean.accuracy_percent();
                    json["noisy_accuracy_percent"] = plain->noisy.accuracy_percent();
                }
                if (skipped > 0) json["unreadable"] = skipped;
                if (gaussian) json["noise_sigma_percent"] = c.noise.sigma_percent;
                if (device) {
                    json["device_preset"] = preset;
                    json["device_time_s"] = c.noise.time_s;
                    json["device_chip_seed"] = c.device.chip_seed;
                }
                out << json.dump(2) << '\n';
                break;
            }
            case config::Format::csv:
                out << fmt::format(
                    "model,accuracy_percent,images,images_per_second,noise,noise_sigma_percent,arithmetic{}\n"
                    "{},{},{},{:.1f},{},{},{}",
                    plain ? ",clean_accuracy_percent,noisy_accuracy_percent" : "", model,
                    result.accuracy_percent(), result.images, result.images_per_second(), noise,
                    gaussian ? c.noise.sigma_percent : 0, arithmetic);
                if (plain) {
                    out << fmt::format(",{},{}", plain->clean.accuracy_percent(),
                                       plain->noisy.accuracy_percent());
                }
                out << '\n';
                break;
            case config::Format::table:
                if (plain) {
                    out << fmt::format("{}: of {} images right\n", model, result.images);
                    const auto row = [&](const char* what, const network::Evaluation& of) {
                        out << fmt::format("  {:<10}{:>7.2f} %\n", what, of.accuracy_percent());
                    };
                    row("clean", plain->clean);
                    row("noisy", plain->noisy);
                    if (denoised) row("denoised", result);
                } else {
                    out << fmt::format("{}: {:.2f} % of {} images right\n", model, result.accuracy_percent(),
                                       result.images);
                }
                out << fmt::format("noise {}, arithmetic {}, {:.1f} images/s\n",
                                   gaussian ? fmt::format("{} {:g} %", noise, c.noise.sigma_percent)
                                   : device ? fmt::format("{} {} at {:g} s", noise, preset, c.noise.time_s)
                                            : noise,
                                   arithmetic, result.images_per_second());
                break;
        }
    }

    network::DataArguments data_;
    std::string dump_logits_;
    std::int64_t limit_ = 0;
    bool compare_ = false;
};

}  // namespace

std::unique_ptr<Command> make_eval_command() {
    return std::make_unique<EvalCommand>();
}

}  // namespace quell::cli
