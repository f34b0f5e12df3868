#include "models/analog/noise_hook.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/evaluation.h"
#include "models/network/executor_factory.h"
#include "models/network/passes/remove_identities.h"
#include "sw/train/block_words.h"
#include "sw/train/commands.h"
#include "sw/train/model_and_images.h"
#include "sw/train/tensor_noise.h"
#include "sw/train/torch_network.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>

namespace quell::train {
namespace {

// Calibration images as `quell eval` takes them.
std::vector<Tensor<float>> calibration_images(const ModelAndImages& source) {
    const auto& config = source.configuration;
    const std::int64_t count = config.noise.calibration_images;
    const auto calibration =
        network::read_calibration(source.data.source(), count, source.images.image_shape, config.input);
    return network::normalised_images(calibration.images, config.input, count);
}

}  // namespace

int eval_command(const Request& request) {
    auto loaded = load(request, 0);
    if (!loaded) return 0;
    ModelAndImages& source = *loaded;
    const config::Configuration& config = source.configuration;
    if (config.noise.model == config::NoiseModel::device)
        throw UsageError(
            "noise.model = device is simulated by `quell eval`; LibTorch knows gaussian and none");
    if (config.run.threads > 0) set_torch_threads(config.run.threads);
    std::vector<RealBlock> blocks;
    for (const network::PlacedBlock& block : network::take_blocks(source.graph))
        blocks.push_back(to_real(block));
    if (!source.with_blocks) blocks.clear();
    network::remove_identities(source.graph);
    const TorchNetwork network(source.graph, blocks, source.device);
    network::prepare_for_execution(source.graph);
    const auto executor = network::make_float32_executor(source.graph);
    network::require_classes(executor->output_shape(), source.images);
    if (source.images.skipped.count > 0) std::cerr << source.images.skipped.description() << '\n';
    const std::vector<Tensor<float>> calibration = calibration_images(source);
    const auto noise =
        source.device == Device::cpu
            ? analog::make_noise(config, *executor, calibration)
            : make_tensor_noise(config.noise, analog::layer_magnitudes(config.noise, *executor, calibration));

    constexpr std::int64_t batch = 64;
    std::int64_t correct = 0;
    for (std::int64_t first = 0; first < source.images.count(); first += batch) {
        const Batch now = batch_in_order(source.images, config.input, first,
                                         std::min(batch, source.images.count() - first));
        const Tensor<float> logits = network.run(now.images, noise.get(), now.places,
                                                 config.run.seed + static_cast<std::uint64_t>(first));
        const auto count = static_cast<std::int64_t>(now.labels.size()), outputs = logits.size() / count;
        for (std::int64_t i = 0; i < count; ++i) {
            const float* row = logits.data() + i * outputs;
            correct += std::max_element(row, row + outputs) - row == now.labels[static_cast<std::size_t>(i)];
        }
    }
    const double accuracy = 100.0 * static_cast<double>(correct) / static_cast<double>(source.images.count());
    const double sigma = noise ? config.noise.sigma_percent : 0;
    switch (config.run.format) {
        case config::Format::table:
            std::cout << fmt::format("{}: {:.2f} % of {} images right in LibTorch, {}, {} blocks\n",
                                     source.model, accuracy, source.images.count(),
                                     noise ? fmt::format("noise {:g} %", sigma) : "no noise", blocks.size());
            break;
        case config::Format::csv:
            std::cout << fmt::format(
                "model,accuracy_percent,images,noise_sigma_percent,blocks\n{},{},{},{},{}\n", source.model,
                accuracy, source.images.count(), sigma, blocks.size());
            break;
        case config::Format::json:
            std::cout << nlohmann::ordered_json{{"schema", "quell-train.eval/1"},
                                                {"model", source.model},
                                                {"accuracy_percent", accuracy},
                                                {"images", source.images.count()},
                                                {"noise_sigma_percent", sigma},
                                                {"blocks", blocks.size()}}
                             .dump(2)
                      << '\n';
            break;
    }
    return 0;
}

}  // namespace quell::train
