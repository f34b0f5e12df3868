#include "sw/train/quantisation.h"

#include "sw/train/trainable_network.h"

#include <c10/core/InferenceMode.h>

namespace quell::train {

Quantisation::Quantisation(TrainableNetwork& network, const at::Tensor& images,
                           const QuantisationOptions& options)
    : largest_word_((std::int64_t{1} << (options.bits - 1)) - 1) {
    const c10::InferenceMode guard;
    Observations seen;
    Pass pass;
    pass.observations = &seen;
    network.forward(images, pass);
    const auto scale = [&](std::int64_t product, const char* what, const at::Tensor& values) {
        const double largest = values.abs().max().item<double>();
        if (!(largest > 0))
            throw Error("product {}: its {} are all zeros, they cannot be quantised", product, what);
        return options.clip * largest / static_cast<double>(largest_word_);
    };
    for (const auto& [product, operands] : seen.products) {
        scales_[product] = {scale(product, "inputs", operands.input),
                            scale(product, "weights", operands.weight)};
    }
}

at::Tensor Quantisation::round(const at::Tensor& values, double scale) const {
    return at::fake_quantize_per_tensor_affine(values, scale, 0, -largest_word_, largest_word_);
}

at::Tensor Quantisation::round_input(std::int64_t product, const at::Tensor& x) const {
    return round(x, scales_.at(product).input);
}

at::Tensor Quantisation::round_weight(std::int64_t product, const at::Tensor& weight) const {
    return round(weight, scales_.at(product).weight);
}

}  // namespace quell::train
