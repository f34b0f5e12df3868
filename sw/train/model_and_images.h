// What both commands start from: a network and labelled images, from the words on the command line.
#pragma once

#include "models/config/configuration.h"
#include "models/config/option_table.h"
#include "models/network/dataset/data_arguments.h"
#include "models/network/dataset/preprocessing.h"
#include "models/network/load.h"
#include "models/network/shape_inference.h"
#include "sw/train/batch_loader.h"
#include "sw/train/device.h"
#include "sw/train/request.h"

#include <optional>
#include <string>
#include <vector>

namespace quell::train {

struct ModelAndImages {
    std::string model;
    network::DataArguments data;
    config::Configuration configuration;
    network::Graph graph;
    network::LabelledImages images;
    Device device = Device::cpu;
    bool with_blocks = true;  // those of the file are wanted: not denoiser.after = none
};

// What can be asked of the blocks that a file brings.
inline bool wants_blocks(const config::OptionTable& table) {
    for (const std::string& name : table.names()) {
        if (name.starts_with("denoiser.") && name != "denoiser.after" && table.is_given(name))
            throw UsageError(
                "{} = {}: a network is measured with the blocks of its file, expected the option "
                "not given",
                name, table.at(name).text());
    }
    if (!table.is_given("denoiser.after")) return true;
    const std::string after = table.at("denoiser.after").text();
    if (after != "none" && after != "auto")
        throw UsageError("denoiser.after = {}: blocks are those of the file, expected auto or none", after);
    return after == "auto";
}

// Nothing where help was asked for.
inline std::optional<ModelAndImages> load(const Request& request, std::int64_t default_limit) {
    ModelAndImages result;
    config::OptionTable table;
    config::register_options(table, result.configuration);
    std::int64_t limit = default_limit;
    result.data.register_arguments(table);
    add_device_argument(table, result.device);
    table.add_argument("limit", limit).at_least(0).help("How many test images; 0: all");
    if (request.described(table)) return std::nullopt;
    const auto operands = table.parse_command_line(request.words);
    if (operands.size() != 1 || !result.data.has_images())
        throw UsageError("one MODEL and --data DIR are expected");
    result.data.check(table);
    result.with_blocks = wants_blocks(table);
    config::resolve(table, result.configuration);
    config::validate(result.configuration);
    require_device(result.device);
    result.model = operands[0];
    result.graph =
        network::load_network(result.model, network::Weights::drawn, result.configuration.run.seed);
    result.images = network::read_dataset(result.data.source(), network::Part::test, limit,
                                          network::image_shape_of(result.graph), result.configuration.input,
                                          result.configuration.run.threads);
    return result;
}

// Images [first, first + count) as (count,C,H,W).
inline Tensor<float> batch_of(const ModelAndImages& source, std::int64_t first, std::int64_t count) {
    return batch_in_order(source.images, source.configuration.input, first, count).images;
}

}  // namespace quell::train
