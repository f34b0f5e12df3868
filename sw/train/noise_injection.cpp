#include "sw/train/noise_injection.h"

#include "models/base/error.h"
#include "sw/train/noise_strength.h"
#include "sw/train/torch_noise.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <functional>
#include <vector>

namespace quell::train {
namespace {

void add_in_place(const at::Tensor& y, const network::ProductHook& noise, const network::Node& node,
                  const AnalogSite& site, std::span<const std::int64_t> images) {
    const bool map = y.dim() == 4;
    network::ProductSite place{&node,
                               site.product,
                               site.convolution,
                               0,
                               y.size(1),
                               map ? y.size(2) : 1,
                               map ? y.size(3) : y.numel() / (y.size(0) * y.size(1))};
    const std::int64_t size = y.numel() / y.size(0);
    float* const values = y.data_ptr<float>();
    at::parallel_for(0, y.size(0), 1, [&](std::int64_t first, std::int64_t end) {
        network::ProductSite here = place;
        for (std::int64_t i = first; i < end; ++i) {
            here.image = images[static_cast<std::size_t>(i)];
            noise.after_product(here, std::span(values + i * size, static_cast<std::size_t>(size)));
        }
    });
}

// The same of LibTorch's operators, on any device. `scaled` may be null.
void add_in_place(const at::Tensor& y, const TorchNoise& noise, const ScaledNoise* scaled,
                  const AnalogSite& site, std::span<const std::int64_t> images) {
    if (scaled == nullptr) {
        noise.add(y, site, images);
        return;
    }
    std::vector<std::int64_t> shape(static_cast<std::size_t>(y.dim()), 1);
    shape[0] = y.size(0);
    std::vector<float> factors;
    for (const std::int64_t image : images) factors.push_back(static_cast<float>(scaled->factor(image)));
    const at::Tensor added = y.detach().clone();
    noise.add(added, site, images);
    y.detach().add_((added - y.detach()) * at::tensor(factors).reshape(shape).to(y.device()));
}

// y plus noise = magnitude(y) u, u independent of y. By the product rule the gradient of y is the gradient of
// the sum, plus (the gradient's product with the noise, over a map) / magnitude times the magnitude's own.
struct NoiseOfItsMagnitude : torch::autograd::Function<NoiseOfItsMagnitude> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& y,
                              const std::function<void(const at::Tensor&)>& add,
                              const MagnitudeGradient* gradient) {
        const at::Tensor noisy = y.clone();
        add(noisy);
        context->saved_data["scope"] = static_cast<std::int64_t>(gradient->scope);
        context->saved_data["reading"] = static_cast<std::int64_t>(gradient->reading);
        context->save_for_backward({y, noisy - y});
        return noisy;
    }
    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const MagnitudeGradient gradient{
            static_cast<config::NoiseMagnitude>(context->saved_data["reading"].toInt()),
            static_cast<config::NoiseScope>(context->saved_data["scope"].toInt())};
        return {gradient.of(saved[0], saved[1], gradients[0]), at::Tensor(), at::Tensor()};
    }
};

}  // namespace

at::Tensor add_noise(at::Tensor y, const network::ProductHook& noise, const network::Node& node,
                     const AnalogSite& site, std::span<const std::int64_t> images,
                     const MagnitudeGradient* gradient) {
    const auto* const scaled = dynamic_cast<const ScaledNoise*>(&noise);
    const auto* const tensors =
        dynamic_cast<const TorchNoise*>(scaled != nullptr ? &scaled->noise() : &noise);
    if (tensors == nullptr && !y.is_cpu())
        throw Error("{}: the simulator's noise works in the CPU's memory alone", describe(node));
    if (y.dim() < 2 || y.size(0) != static_cast<std::int64_t>(images.size())) {
        throw Error("{}: {} images expected, a value with {} rows came", describe(node), images.size(),
                    y.dim() < 1 ? 1 : y.size(0));
    }
    y = y.contiguous();
    const auto add = [&](const at::Tensor& values) {
        if (tensors != nullptr) {
            add_in_place(values, *tensors, scaled, site, images);
        } else {
            add_in_place(values, noise, node, site, images);
        }
    };
    if (gradient != nullptr) return NoiseOfItsMagnitude::apply(y, add, gradient);
    add(y);
    return y;
}

}  // namespace quell::train
