// Parts that have LibTorch in their interface, beside LibTorch's own. Its logging defines CHECK: the prefix.
#define CATCH_CONFIG_PREFIX_ALL
#include "sw/train/adam.h"
#include "sw/train/denoiser_module.h"
#include "sw/train/node_functions.h"
#include "sw/train/quantisation.h"
#include "sw/train/trainable_network.h"
#include "tests/unit/train/training_samples.h"

#include <torch/optim/adam.h>

#include <algorithm>
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

CATCH_TEST_CASE("operands are rounded to whole multiples of a constant scale, and gradients stop beyond it") {
    TrainableNetwork network(quell::test::small_network());
    const at::Tensor images = at::linspace(-2, 3, 2 * 3 * 8 * 8).reshape({2, 3, 8, 8});
    const Quantisation quantisation(network, images, {4, 0.5});
    // Largest input 3, clip 0.5: seven steps to 1.5.
    at::Tensor x =
        at::tensor({-9.0F, -1.6F, -1.5F, -0.1F, 0.0F, 0.1F, 0.12F, 1.4F, 1.5F, 1.7F}).set_requires_grad(true);
    const at::Tensor y = quantisation.round_input(1, x);
    y.sum().backward();
    for (std::int64_t i = 0; i < x.numel(); ++i) {
        const double value = x[i].item<double>(), step = 1.5 / 7;
        const double words = std::clamp(std::nearbyint(value / step), -7.0, 7.0);
        CATCH_CHECK(y[i].item<double>() == Approx(words * step).margin(1e-6));
        CATCH_CHECK(x.grad()[i].item<double>() == (std::fabs(value) < 7.5 * step ? 1.0 : 0.0));
    }
    const at::Tensor weight = network.backbone_parameters().at("conv1.weight");
    const at::Tensor rounded = quantisation.round_weight(1, weight);
    const double largest = weight.abs().max().item<double>();
    const at::Tensor words = rounded / (0.5 * largest / 7);
    CATCH_CHECK((words - words.round()).abs().max().item<double>() < 1e-4);
    CATCH_CHECK(words.abs().max().item<double>() == Approx(7));

    Pass pass;
    pass.quantisation = &quantisation;
    CATCH_CHECK((network.forward(images, pass) - network.forward(images)).abs().max().item<double>() > 1e-3);
}

CATCH_TEST_CASE("rounding goes to the nearest whole number, its gradient straight through") {
    using namespace quell::network;
    const Node node{"round", Unary{UnaryFunction::round}, {"x"}, "y", {}};
    at::Tensor x = at::tensor({-1.5, -0.2, 0.5, 0.7, 2.5, 1000.4}, at::kFloat).set_requires_grad(true);
    const at::Tensor y = run_node(node, {x}, Normalisation::frozen);
    CATCH_CHECK(y.equal(at::tensor({-2.0, 0.0, 0.0, 1.0, 2.0, 1000.0}, at::kFloat)));
    (y * at::tensor({1, 2, 3, 4, 5, 6})).sum().backward();
    CATCH_CHECK(x.grad().equal(at::tensor({1, 2, 3, 4, 5, 6}, at::kFloat)));
}
