#include "models/network/default/default_network.h"
#include "models/network/graph_statistics.h"
#include "models/network/load.h"
#include "models/network/network_names.h"
#include "models/network/onnx_export.h"
#include "sw/cli/commands.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace quell::cli {
namespace {

using network::LayerStatistics;

class ModelCommand final : public Command {
public:
    std::string name() const override { return "model"; }
    std::string summary() const override { return "list, describe and export networks"; }
    std::string synopsis() const override { return "list | show NAME | export NAME --to FILE.onnx"; }
    std::string details() const override {
        return "NAME is a built-in network or the path of an ONNX file. Built-in networks have drawn "
               "weights: they have\n"
               "the size and shape of the published ones, not their accuracy. NAME@WIDTH (resnet18@0.5) has "
               "every\n"
               "number of channels, but the input's and the classes, times WIDTH, as multiples of 8.\n"
               "resnet20_synthetic is trained.";
    }
    std::size_t most_operands() const override { return 2; }
    std::vector<std::vector<std::string>> operand_words() const override {
        return {{"list", "show", "export"}, network::network_names()};
    }

    void register_arguments(config::OptionTable& table) override {
        table.add_argument("to", to_).help("The ONNX file to write");
    }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& err) override {
        const auto& operands = arguments.operands;
        const std::string action = operands.empty() ? "" : operands[0];
        if (action == "list" && operands.size() == 1) return list(arguments, out);
        if (action == "show" && operands.size() == 2) return show(arguments, out);
        if (action == "export" && operands.size() == 2) return write(arguments, err);
        throw UsageError("quell model {}: usage: quell model {}", fmt::format("{}", fmt::join(operands, " ")),
                         synopsis());
    }

private:
    static int list(const Arguments& arguments, std::ostream& out) {
        auto networks = network::builtin_networks();
        networks.push_back(
            {std::string(network::default_network_name), std::string(network::default_network_description)});
        const auto figures = [](const std::string& name) {
            return network::statistics(network::load_network(name, network::Weights::none));
        };
        if (arguments.configuration.run.format == config::Format::json) {
            nlohmann::ordered_json entries = nlohmann::ordered_json::array();
            for (const auto& [name, description] : networks) {
                const auto statistics = figures(name);
                entries.push_back({{"name", name},
                                   {"description", description},
                                   {"parameters", statistics.parameters},
                                   {"macs", statistics.macs}});
            }
            out << nlohmann::ordered_json{{"schema", "quell.models/1"}, {"models", entries}}.dump(2) << '\n';
            return 0;
        }
        if (arguments.configuration.run.format == config::Format::csv) {
            out << "name,parameters,macs\n";
            for (const auto& network : networks) {
                const auto statistics = figures(network.name);
                out << fmt::format("{},{},{}\n", network.name, statistics.parameters, statistics.macs);
            }
            return 0;
        }
        out << fmt::format("{:<24}{:>12}{:>15}  {}\n", "name", "parameters", "MACs", "");
        for (const auto& [name, description] : networks) {
            const auto statistics = figures(name);
            out << fmt::format("{:<24}{:>12}{:>15}  {}\n", name, statistics.parameters, statistics.macs,
                               description);
        }
        return 0;
    }

    static int show(const Arguments& arguments, std::ostream& out) {
        const std::string& name = arguments.operands[1];
        const auto statistics = network::statistics(network::load_network(name, network::Weights::none));
        switch (arguments.configuration.run.format) {
            case config::Format::json: {
                nlohmann::ordered_json layers = nlohmann::ordered_json::array();
                for (const LayerStatistics& layer : statistics.layers) {
                    nlohmann::ordered_json entry{{"name", layer.name},
                                                 {"op", layer.op},
                                                 {"input", layer.input},
                                                 {"output", layer.output},
                                                 {"parameters", layer.parameters},
                                                 {"macs", layer.macs}};
                    if (layer.convolution > 0) entry["convolution"] = layer.convolution;
                    layers.push_back(std::move(entry));
                }
                out << nlohmann::ordered_json{{"schema", "quell.model/1"},
                                              {"model", name},
                                              {"parameters", statistics.parameters},
                                              {"macs", statistics.macs},
                                              {"layers", layers}}
                           .dump(2)
                    << '\n';
                break;
            }
            case config::Format::csv:
                out << "convolution,name,op,input,output,parameters,macs\n";
                for (const LayerStatistics& layer : statistics.layers) {
                    out << fmt::format("{},{},{},{},{},{},{}\n", number(layer), layer.name, layer.op,
                                       to_string(layer.input), to_string(layer.output), layer.parameters,
                                       layer.macs);
                }
                break;
            case config::Format::table:
                out << fmt::format("{:>4}  {:<44} {:<18} {:>14} {:>14} {:>12} {:>14}\n", "conv", "name",
                                   "operator", "input", "output", "parameters", "MACs");
                for (const LayerStatistics& layer : statistics.layers) {
                    out << fmt::format("{:>4}  {:<44} {:<18} {:>14} {:>14} {:>12} {:>14}\n", number(layer),
                                       layer.name, layer.op, to_string(layer.input), to_string(layer.output),
                                       layer.parameters, layer.macs);
                }
                out << fmt::format("\n{}: {} parameters, {} MACs per image\n", name, statistics.parameters,
                                   statistics.macs);
                break;
        }
        return 0;
    }

    static std::string number(const LayerStatistics& layer) {
        return layer.convolution > 0 ? std::to_string(layer.convolution) : "";
    }

    int write(const Arguments& arguments, std::ostream& err) const {
        if (to_.empty()) throw UsageError("--to is missing; usage: quell model export NAME --to FILE.onnx");
        const std::string& name = arguments.operands[1];
        const std::uint64_t seed = arguments.configuration.run.seed;
        network::export_onnx(network::load_network(name, network::Weights::drawn, seed), to_);
        err << fmt::format("{} written to {}\n", name, to_);
        return 0;
    }

    std::string to_;
};

}  // namespace

std::unique_ptr<Command> make_model_command() {
    return std::make_unique<ModelCommand>();
}

}  // namespace quell::cli
