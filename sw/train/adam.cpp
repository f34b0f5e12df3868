#include "sw/train/adam.h"

#include <c10/core/GradMode.h>

#include <cmath>
#include <utility>

namespace quell::train {

Adam::Adam(std::map<std::string, at::Tensor> parameters) : parameters_(std::move(parameters)) {
    for (const auto& [name, parameter] : parameters_)
        moments_[name] = {at::zeros_like(parameter.detach()), at::zeros_like(parameter.detach())};
}

void Adam::step(double learning_rate) {
    constexpr double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;  // the paper's
    const c10::AutoGradMode no_gradients(false);
    ++steps_;
    const double first_bias = 1 - std::pow(beta_1, static_cast<double>(steps_));
    const double second_bias = 1 - std::pow(beta_2, static_cast<double>(steps_));
    for (auto& [name, parameter] : parameters_) {
        const at::Tensor gradient = parameter.grad();
        if (!gradient.defined()) continue;
        Moments& moments = moments_.at(name);
        moments.first.mul_(beta_1).add_(gradient, 1 - beta_1);
        moments.second.mul_(beta_2).addcmul_(gradient, gradient, 1 - beta_2);
        const at::Tensor root = moments.second.sqrt().div_(std::sqrt(second_bias)).add_(epsilon);
        parameter.addcdiv_(moments.first, root, -learning_rate / first_bias);
    }
}

void Adam::clear_gradients() {
    for (auto& [name, parameter] : parameters_) parameter.mutable_grad().reset();
}

}  // namespace quell::train
