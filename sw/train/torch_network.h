// A network of the graph IR, run by LibTorch. Its headers stay in the .cpp.
#pragma once

#include "models/network/graph.h"
#include "models/network/product_hook.h"
#include "sw/train/device.h"
#include "sw/train/real_block.h"

#include <memory>
#include <span>
#include <vector>

namespace quell::train {

class TrainableNetwork;

class TorchNetwork {
public:
    // Copies the constants. Throws Error, naming the node, for what LibTorch's operators cannot express.
    explicit TorchNetwork(const network::Graph& graph, const std::vector<RealBlock>& blocks = {},
                          Device device = Device::cpu);
    ~TorchNetwork();

    // `images` (N,C,H,W) to the first output (N,...), in float32, without gradients. Not thread-safe.
    Tensor<float> run(const Tensor<float>& images) const;

    // With noise, whose numbers are those of these places in the data set. The blocks' own normal numbers
    // follow from `sampling_seed`.
    Tensor<float> run(const Tensor<float>& images, const network::ProductHook* noise,
                      std::span<const std::int64_t> places, std::uint64_t sampling_seed) const;

private:
    std::shared_ptr<TrainableNetwork> network_;
};

// Threads that LibTorch uses within one operator, for the whole process.
void set_torch_threads(int threads);

}  // namespace quell::train
