#include "models/base/npy.h"
#include "models/network/dataset/data_arguments.h"
#include "models/network/evaluation.h"
#include "models/network/executor_factory.h"
#include "models/network/load.h"
#include "models/network/network_names.h"
#include "models/network/shape_inference.h"
#include "sw/cli/commands.h"
#include "sw/cli/default_run.h"
#include "sw/cli/file_roles.h"
#include "sw/cli/run_files.h"
#include "sw/cli/warnings.h"
#include "sw/study/explanation.h"
#include "sw/study/machine.h"
#include "sw/study/network_run.h"
#include "sw/study/own_blocks.h"
#include "sw/study/run_report.h"
#include "sw/study/value_run.h"

#include <ostream>

namespace quell::cli {
namespace {

using Json = nlohmann::ordered_json;

class RunCommand final : public Command {
public:
    std::string name() const override { return "run"; }
    std::string summary() const override {
        return "one inference on the machine: cycles, energy and accuracy";
    }
    std::string synopsis() const override {
        return "[MODEL] [--input FILE | --data DIR [--limit N]] [--batch N] [options]";
    }
    std::string details() const override {
        return "MODEL is a built-in network (quell model list) or an ONNX file. Without one: resnet18 at "
               "224x224 with\n"
               "denoiser blocks after convolutions 1 and 20; --denoiser.after none runs it without.\n"
               "With --input or --data images go through the machine's arithmetic, without and with noise; "
               "the "
               "five\n"
               "largest outputs, or predictions and accuracies, are printed beside the cycles. --batch N "
               "reports how\n"
               "many images a second the layers take when N are on their way at the same time.";
    }
    std::size_t most_operands() const override { return 1; }
    std::vector<std::vector<std::string>> operand_words() const override {
        return {network::network_names()};
    }

    void register_arguments(config::OptionTable& table) override {
        data_.register_arguments(table);
        files_.register_arguments(table);
        table.add_argument("dump-logits", dump_logits_)
            .help("Write the network's outputs, float32 (images, outputs), to this .npy file");
        table.add_argument("explain", explain_)
            .help(
                "Say where the cycles of one layer went and what bounds it: its name, the number of a "
                "convolution, or block20");
        table.add_argument("input", input_)
            .help(
                "Images to run through the machine, (C,H,W) or (N,C,H,W): an .npy file of float32 as the "
                "network takes them, or of uint8 pixels");
        table.add_argument("limit", limit_)
            .unit("images")
            .range(0, 1e9)
            .help("How many of the folder's images, from the first; 0: all");
    }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& err) override {
        config::Configuration c = arguments.configuration;
        const bool explain = arguments.table.is_given("explain");
        const bool bare = arguments.operands.empty();
        const std::string model = bare ? default_network : arguments.operands[0];
        check_usage(arguments);
        const std::vector<FileRole> written = files_.roles({{"--dump-logits", dump_logits_}});
        require_names(arguments.table, written);
        require_different_files({{"MODEL", network::is_builtin(model) ? "" : model},
                                 {"--input", input_},
                                 {"--energy.table", c.energy.table}},
                                written);
        require_places({{"--dump-logits", dump_logits_}});
        files_.check(arguments.table, c.run.fidelity);
        network::Graph graph = network::load_network(
            model, with_values() ? network::Weights::drawn : network::Weights::none, c.run.seed);
        if (with_values()) network::require_classifier(graph);
        // The name inside a file is what its exporter happened to call it.
        graph.name = network::display_name(model);
        const std::vector<network::PlacedBlock> own = study::take_own_blocks(graph, arguments.table, c);
        const std::vector<std::int64_t> blocks = c.placement.after.value_or(
            bare ? std::vector<std::int64_t>(default_blocks.begin(), default_blocks.end())
                 : std::vector<std::int64_t>{});

        if (!c.placement.weights.empty() && (blocks.empty() || !with_values())) {
            throw UsageError(
                "denoiser.weights = {}: without effect, expected {}", c.placement.weights,
                blocks.empty() ? "blocks (denoiser.after) with it" : "images (--input, --data) with it");
        }
        // What cannot be read is said before anything is computed.
        std::optional<network::LabelledImages> labelled;
        if (data_.has_images()) {
            labelled = network::read_dataset(data_.source(), network::Part::test, limit_,
                                             network::image_shape_of(graph), c.input, c.run.threads);
            network::require_classes(network::output_shape_of(graph), *labelled);
            warn_of_skipped(*labelled, err);
        }
        std::optional<Tensor<float>> images;
        if (!input_.empty()) images = study::read_images(input_, network::image_shape_of(graph), c.input);
        const study::NetworkRun result = study::run_network(graph, blocks, c, files_.observations());
        std::optional<study::Subject> subject;
        if (explain) subject = study::find_subject(result, explain_);
        std::optional<study::ValueRun> values;
        if (with_values()) {
            const study::BlockPlaces in_values = blocks_in_values(model, blocks, own, c, err);
            values = labelled ? study::run_values(std::move(graph), *labelled,
                                                  calibration(labelled->image_shape, c, err), c, in_values)
                              : study::run_values(std::move(graph), *images, c, in_values);
            if (!dump_logits_.empty()) write_npy(dump_logits_, values->logits);
            if (labelled) warn_of_drawn_weights(model, err);
        }
        if (subject && c.run.format == config::Format::table) {
            study::write_explanation(out, result, *subject, c);
            files_.write(result, c);
            return 0;
        }
        switch (c.run.format) {
            case config::Format::json: {
                Json json = study::run_json(result, c, values);
                if (subject) json["explanation"] = study::explanation_json(result, *subject, c);
                out << json.dump(2) << '\n';
                break;
            }
            case config::Format::csv:
                study::write_run_csv(out, result);
                break;
            case config::Format::table:
                study::write_run_table(out, result, c, values);
                break;
        }
        files_.write(result, c);
        return 0;
    }

private:
    // What was given to compute values of.
    bool with_values() const { return data_.has_images() || !input_.empty(); }

    // As `quell eval` takes them: not the images that are tested.
    std::vector<Tensor<float>> calibration(const Shape& shape, const config::Configuration& c,
                                           std::ostream& err) const {
        const std::int64_t count = study::calibration_image_count(c);
        const auto calibration = network::read_calibration(data_.source(), count, shape, c.input);
        warn_of_calibration(data_, calibration, err);
        return network::normalised_images(calibration.images, c.input, count);
    }

    // Blocks without weights of their own take part where the network's weights are drawn as well; behind
    // real weights they would only destroy the values.
    static study::BlockPlaces blocks_in_values(const std::string& model,
                                               const std::vector<std::int64_t>& blocks,
                                               const std::vector<network::PlacedBlock>& own,
                                               const config::Configuration& c, std::ostream& err) {
        if (blocks.empty()) return {};
        if (c.run.arithmetic == config::Arithmetic::float32) {
            err << "quell: the denoiser works on words: float32 values are those of the machine without "
                   "blocks\n";
            return {};
        }
        if (own.empty() && c.placement.weights.empty() && !network::is_builtin(model)) {
            err << "quell: the blocks have no trained weights (denoiser.weights): values are those of the "
                   "machine without them\n";
            return {};
        }
        return {blocks, c.placement.weights, own};
    }

    void check_usage(const Arguments& arguments) const {
        const config::Configuration& c = arguments.configuration;
        if (c.run.format == config::Format::csv && (with_values() || c.run.batch > 1)) {
            throw UsageError("--format csv: has a line per layer and no room for {}, expected table or json",
                             with_values() ? "values" : "batches");
        }
        data_.check(arguments.table);
        if (!data_.has_images() && arguments.table.is_given("limit"))
            throw UsageError("--limit: there are no images to take, expected --data DIR with it");
        if (data_.has_images() && !input_.empty())
            throw UsageError("--data {} and --input {}: expected one of them", data_.name(), input_);
        if (!with_values() && !dump_logits_.empty()) {
            throw UsageError(
                "--dump-logits {}: there are no values, expected --input FILE or --data DIR with it",
                dump_logits_);
        }
        if (with_values() && c.run.fidelity == config::Fidelity::analytic) {
            throw UsageError("{}: analytic computes no values, expected --fidelity transaction",
                             data_.has_images() ? "--data " + data_.name() : "--input " + input_);
        }
        if (arguments.table.is_given("explain") && c.run.format == config::Format::csv)
            throw UsageError("--explain {}: has no columns, expected --format table or json", explain_);
    }

    network::DataArguments data_;
    std::string input_, dump_logits_;
    std::int64_t limit_ = 0;
    std::string explain_;
    RunFiles files_;
};

}  // namespace

std::unique_ptr<Command> make_run_command() {
    return std::make_unique<RunCommand>();
}

}  // namespace quell::cli
