// A network of the graph IR, run by LibTorch. Its headers stay in the .cpp.
#pragma once

#include "models/network/graph.h"

#include <memory>

namespace quell::train {

class TorchNetwork {
public:
    // Copies the constants. Throws Error, naming the node, for what LibTorch's operators cannot express.
    explicit TorchNetwork(const network::Graph& graph);
    ~TorchNetwork();

    // `images` (N,C,H,W) to the first output (N,...), in float32, without gradients. Not thread-safe.
    Tensor<float> run(const Tensor<float>& images) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Threads that LibTorch uses within one operator, for the whole process.
void set_torch_threads(int threads);

}  // namespace quell::train
