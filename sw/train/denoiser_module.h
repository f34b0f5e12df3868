// A denoiser block as a LibTorch module. For sources that see LibTorch.
#pragma once

#include "sw/train/real_block.h"

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace quell::train {

class DenoiserModule : public torch::nn::Module {
public:
    explicit DenoiserModule(const RealBlock& block);

    // What the parts of one forward pass come to, for calibration.
    struct Parts {
        at::Tensor reduce, depthwise, mean, variance;  // before LeakyReLU, head outputs; variance undefined
                                                       // in mean-only blocks
    };

    // x (N,C,H,W) -> x minus the noise estimated. `sampling` draws the normal numbers of blocks with a
    // variance head.
    at::Tensor forward(const at::Tensor& x, const at::Generator& sampling, Parts* parts = nullptr) const;

    std::int64_t convolution() const { return shape_.convolution; }
    const denoiser::Geometry& geometry() const { return shape_.geometry; }
    RealBlock values() const;  // as they are now

private:
    RealBlock shape_;  // without values
    at::Tensor reduce_, depthwise_, mean_, variance_;
    at::Tensor reduce_bias_, depthwise_bias_, mean_bias_, variance_bias_;
};

// sqrt(max(v, 0)) with the gradient of sqrt(t softplus(v / t)), t = 1/16 (docs/training.md).
at::Tensor hardware_root(const at::Tensor& variance);

}  // namespace quell::train
