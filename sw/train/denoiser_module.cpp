#include "sw/train/denoiser_module.h"

#include "sw/train/torch_tensors.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

namespace quell::train {
namespace {

constexpr double temperature = 1.0 / 16;

// Stride 1; square padding.
at::Tensor convolve(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                    std::int64_t padding, std::int64_t groups) {
    const std::vector<std::int64_t> ones{1, 1}, edge{padding, padding};
    return at::conv2d(x, weight, bias, ones, edge, ones, groups);
}

struct HardwareRoot : torch::autograd::Function<HardwareRoot> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& variance) {
        context->save_for_backward({variance});
        return at::sqrt(at::clamp_min(variance, 0));
    }
    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const at::Tensor scaled = context->get_saved_variables()[0] / temperature;
        // Far below zero both the sigmoid and the root vanish, the former faster.
        const at::Tensor root = at::sqrt(temperature * at::softplus(scaled)).clamp_min(1e-12);
        return {gradients[0] * at::sigmoid(scaled) / (2 * root)};
    }
};

}  // namespace

at::Tensor hardware_root(const at::Tensor& variance) {
    return HardwareRoot::apply(variance);
}

DenoiserModule::DenoiserModule(const RealBlock& block) {
    check(block);
    const denoiser::Geometry& g = block.geometry;
    reduce_ = register_parameter("reduce", to_torch(block.reduce));
    depthwise_ = register_parameter("depthwise", to_torch(block.depthwise));
    mean_ = register_parameter("mean", to_torch(block.mean));
    if (g.variance_head) variance_ = register_parameter("variance", to_torch(block.variance));
    if (g.bias) {
        reduce_bias_ = register_parameter("reduce_bias", to_torch(block.reduce_bias));
        depthwise_bias_ = register_parameter("depthwise_bias", to_torch(block.depthwise_bias));
        mean_bias_ = register_parameter("mean_bias", to_torch(block.mean_bias));
        if (g.variance_head)
            variance_bias_ = register_parameter("variance_bias", to_torch(block.variance_bias));
    }
    shape_.convolution = block.convolution;
    shape_.geometry = g;
    shape_.leaky_shift = block.leaky_shift;
}

at::Tensor DenoiserModule::forward(const at::Tensor& x, const at::Generator& sampling, Parts* parts) const {
    const denoiser::Geometry& g = shape_.geometry;
    const double slope = std::ldexp(1.0, -shape_.leaky_shift);
    const at::Tensor reduced = convolve(x, reduce_, reduce_bias_, 0, 1);
    const at::Tensor spread =
        convolve(at::leaky_relu(reduced, slope), depthwise_, depthwise_bias_, 1, g.bottleneck);
    const at::Tensor hidden = at::leaky_relu(spread, slope);
    const at::Tensor mean = convolve(hidden, mean_, mean_bias_, 0, g.groups);
    at::Tensor variance;
    at::Tensor result = x - mean;
    if (g.variance_head) {
        variance = convolve(hidden, variance_, variance_bias_, 0, g.groups);
        const at::Tensor normal = at::empty_like(variance).normal_(0, 1, sampling);
        result = result - normal * hardware_root(variance);
    }
    if (parts != nullptr) *parts = {reduced, spread, mean, variance};
    return result;
}

RealBlock DenoiserModule::values() const {
    RealBlock block = shape_;
    const auto read = [](const at::Tensor& tensor) {
        return tensor.defined() ? from_torch(tensor) : Tensor<float>();
    };
    block.reduce = read(reduce_);
    block.depthwise = read(depthwise_);
    block.mean = read(mean_);
    block.variance = read(variance_);
    block.reduce_bias = read(reduce_bias_);
    block.depthwise_bias = read(depthwise_bias_);
    block.mean_bias = read(mean_bias_);
    block.variance_bias = read(variance_bias_);
    return block;
}

}  // namespace quell::train
