#include "sw/train/noisy_network.h"

#include "models/analog/noise_hook.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/executor_factory.h"
#include "models/network/graph_statistics.h"
#include "models/network/load.h"
#include "models/network/passes/remove_identities.h"
#include "sw/train/tensor_noise.h"

#include <algorithm>
#include <utility>

namespace quell::train {

NoisyNetwork::NoisyNetwork(network::Graph graph, const std::string& name,
                           const config::Configuration& configuration, const network::LabelledImages& images,
                           Device device, std::int64_t fit_chips)
    : configuration_(configuration), device_(device), graph_(std::move(graph)) {
    require_no_blocks(graph_, name);
    network::remove_identities(graph_);
    folded_ = graph_;
    network::prepare_for_execution(folded_);
    calibration_images_ = network::normalised_images(
        images, configuration_.input, std::min(images.count(), network::calibration_image_count));
    executor_ = network::make_float32_executor(folded_);
    if (configuration_.noise.model == config::NoiseModel::device)
        fits_ = fit_device(configuration_, *executor_, calibration_images_, fit_chips);
}

std::int64_t NoisyNetwork::parameters() const {
    return network::statistics(graph_).parameters;
}

std::unique_ptr<network::ProductHook> NoisyNetwork::noise(std::uint64_t seed) const {
    if (!fits_.empty()) return std::make_unique<FittedNoise>(fits_, seed);
    config::Configuration seeded = configuration_;
    seeded.noise.seed = seed;
    if (device_ != Device::cpu) {
        return make_tensor_noise(seeded.noise,
                                 analog::layer_magnitudes(seeded.noise, *executor_, calibration_images_));
    }
    return analog::make_noise(seeded, *executor_, calibration_images_);
}

const std::string& NoisyNetwork::product_name(std::int64_t product) const {
    return executor_->products().at(static_cast<std::size_t>(product - 1)).node->name;
}

void require_no_blocks(const network::Graph& graph, const std::string& name) {
    if (network::has_blocks(graph))
        throw Error("{}: the network has denoiser blocks, one without is expected", name);
}

network::Graph with_values_of(network::Graph graph, const std::string& file) {
    network::Graph other = network::load_network(file);
    for (auto& [name, tensor] : graph.constants) {
        const auto found = other.constants.find(name);
        if (found == other.constants.end() || found->second.shape != tensor.shape) {
            throw Error("{}: '{}' of shape {} expected, {} came", file, name, to_string(tensor.shape),
                        found == other.constants.end() ? "nothing" : to_string(found->second.shape));
        }
        tensor = std::move(found->second);
        other.constants.erase(found);
    }
    if (!other.constants.empty()) {
        throw Error("{}: '{}' came, which the network does not have", file, other.constants.begin()->first);
    }
    return graph;
}

}  // namespace quell::train
