// Parts that have LibTorch in their interface, beside LibTorch's own. Its logging defines CHECK: the prefix.
#define CATCH_CONFIG_PREFIX_ALL
#include "sw/train/adam.h"
#include "sw/train/denoiser_module.h"

#include <torch/optim/adam.h>

#include <cmath>

#include "tests/support/catch.h"

using namespace quell::train;

CATCH_TEST_CASE("Adam's steps are those of LibTorch's Adam") {
    const at::Tensor start = at::linspace(-1, 1, 12).reshape({3, 4});
    at::Tensor ours = start.clone().set_requires_grad(true), theirs = start.clone().set_requires_grad(true);
    Adam adam({{"a", ours}});
    torch::optim::Adam reference({theirs}, torch::optim::AdamOptions(0.05));
    for (int step = 0; step < 20; ++step) {
        const double rate = step < 10 ? 0.05 : 0.01;
        static_cast<torch::optim::AdamOptions&>(reference.param_groups()[0].options()).lr(rate);
        adam.clear_gradients();
        reference.zero_grad();
        const at::Tensor target = at::full({3, 4}, 0.3 * step);
        (ours - target).pow(4).sum().backward();
        (theirs - target).pow(4).sum().backward();
        adam.step(rate);
        reference.step();
    }
    CATCH_CHECK((ours - theirs).abs().max().item<double>() < 1e-5);
    CATCH_CHECK((ours - start).abs().max().item<double>() > 0.1);
}

CATCH_TEST_CASE("the root is the hardware's, its gradient that of the smooth surrogate") {
    at::Tensor v =
        at::tensor({-1000.0, -2.0, -0.1, 0.0, 0.01, 0.25, 9.0}, at::kDouble).set_requires_grad(true);
    const at::Tensor root = hardware_root(v);
    root.sum().backward();
    for (std::int64_t i = 0; i < v.numel(); ++i) {
        const double x = v[i].item<double>(), t = 1.0 / 16;
        CATCH_CHECK(root[i].item<double>() == Approx(std::sqrt(std::max(x, 0.0))));
        const auto surrogate = [&](double at) { return std::sqrt(t * std::log1p(std::exp(at / t))); };
        const double h = 1e-5, slope = (surrogate(x + h) - surrogate(x - h)) / (2 * h);
        CATCH_CHECK(std::isfinite(v.grad()[i].item<double>()));
        CATCH_CHECK(v.grad()[i].item<double>() == Approx(slope).epsilon(1e-4).margin(1e-9));
    }
}
