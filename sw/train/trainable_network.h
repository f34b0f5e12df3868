// A network of the graph IR as a LibTorch module, with the machine's noise and denoiser blocks at its sites.
// For sources that see LibTorch; others use torch_network.h.
#pragma once

#include "models/network/graph.h"
#include "models/network/product_hook.h"
#include "sw/train/analog_sites.h"
#include "sw/train/denoiser_module.h"
#include "sw/train/device.h"
#include "sw/train/magnitude_gradient.h"
#include "sw/train/normalisation.h"

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace quell::train {

class Quantisation;

// What may be looked at after a pass.
struct Observations {
    std::map<std::int64_t, at::Tensor> convolutions;  // by number: after noise, before the block; its
                                                      // gradient is kept
    std::map<std::int64_t, DenoiserModule::Parts> blocks;
    struct Operands {
        at::Tensor input, weight;
    };
    std::map<std::int64_t, Operands> products;  // by number, as the product takes them
};

struct Pass {
    Normalisation normalisation = Normalisation::frozen;
    const network::ProductHook* noise = nullptr;
    std::vector<std::int64_t> images{};  // of the batch, keys of the noise
    std::uint64_t sampling_seed = 0;     // of the blocks' normal numbers
    const Quantisation* quantisation = nullptr;
    const MagnitudeGradient* magnitude_gradient = nullptr;  // null: straight-through
    Observations* observations = nullptr;
};

class TrainableNetwork : public torch::nn::Module {
public:
    // Copies the constants; copies (Identity nodes) have to be gone. Throws Error for more than one input,
    // and for a block whose convolution is not there or has other channels.
    explicit TrainableNetwork(const network::Graph& graph, const std::vector<RealBlock>& blocks = {});

    // Its parameters and what it computes; at first the CPU's.
    void move_to(Device device);

    // (N,C,H,W) to the first output, (N,...). Throws Error, naming the node, for what LibTorch's operators
    // cannot express.
    at::Tensor forward(const at::Tensor& images, const Pass& pass = {});

    // Weights and biases of Conv and Gemm, scale and shift of batch norms; by the names of the constants.
    std::map<std::string, at::Tensor> backbone_parameters() const { return parameters_; }
    // "block <convolution>.<tensor>"
    std::map<std::string, at::Tensor> block_parameters() const;
    // Whether gradients of the backbone's parameters are wanted; they are at first.
    void freeze_backbone(bool frozen);

    // The network with its values as they are now, without the blocks.
    network::Graph graph() const;
    std::vector<RealBlock> blocks() const;
    const std::vector<AnalogSite>& sites() const { return sites_; }

private:
    const at::Tensor& constant(const std::string& name) const;

    at::Device device_ = at::kCPU;
    network::Graph graph_;  // without the constants' values
    std::vector<AnalogSite> sites_;
    std::map<std::string, at::Tensor> parameters_, buffers_;
    std::map<std::int64_t, std::shared_ptr<DenoiserModule>> blocks_;  // by convolution
    std::unordered_map<std::size_t, std::size_t> site_at_;            // by value node
    std::unordered_map<std::size_t, std::int64_t> product_at_;        // by product node
    std::unordered_map<std::string, std::size_t> last_reader_;  // node after which a value is not needed
};

}  // namespace quell::train
