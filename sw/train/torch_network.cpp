#include "sw/train/torch_network.h"

#include "sw/train/torch_tensors.h"
#include "sw/train/trainable_network.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

namespace quell::train {

TorchNetwork::TorchNetwork(const network::Graph& graph, const std::vector<RealBlock>& blocks, Device device)
    : network_(std::make_shared<TrainableNetwork>(graph, blocks)) {
    network_->move_to(device);
}

TorchNetwork::~TorchNetwork() = default;

Tensor<float> TorchNetwork::run(const Tensor<float>& images) const {
    return run(images, nullptr, {}, 0);
}

Tensor<float> TorchNetwork::run(const Tensor<float>& images, const network::ProductHook* noise,
                                std::span<const std::int64_t> places, std::uint64_t sampling_seed) const {
    const c10::InferenceMode guard;
    Pass pass;
    pass.noise = noise;
    pass.images.assign(places.begin(), places.end());
    pass.sampling_seed = sampling_seed;
    return from_torch(network_->forward(to_torch(images), pass));
}

void set_torch_threads(int threads) {
    at::set_num_threads(threads);
}

}  // namespace quell::train
