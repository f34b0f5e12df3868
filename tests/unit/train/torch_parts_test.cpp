// Parts that have LibTorch in their interface, beside LibTorch's own. Its logging defines CHECK: the prefix.
#define CATCH_CONFIG_PREFIX_ALL
#include "models/analog/gaussian_noise.h"
#include "sw/train/adam.h"
#include "sw/train/denoiser_module.h"
#include "sw/train/node_functions.h"
#include "sw/train/noise_injection.h"
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

namespace {

using quell::config::NoiseMagnitude;
using quell::config::NoiseScope;

void compare_magnitude_gradient(NoiseMagnitude reading, NoiseScope scope, bool map) {
    quell::config::NoiseConfig config;
    config.sigma_percent = 40;
    config.mean_percent = 15;
    config.magnitude = reading;
    config.scope = scope;
    const quell::analog::GaussianNoise noise(config);
    const quell::network::Graph graph = quell::test::small_network();
    const AnalogSite site{0, 0, 1, 1};
    const std::vector<std::int64_t> images{4, 9};
    at::Tensor start = at::sin(at::arange(2 * 3 * 4 * 5, at::kFloat) * 1.7) + 0.05;
    for (std::int64_t channel = 0; channel < 6; ++channel) {  // no two of a scope near its largest
        start[channel * 20 + 7] = static_cast<double>(channel) * (channel % 2 == 0 ? 0.2 : -0.2) + 2;
    }
    start = map ? start.reshape({2, 3, 4, 5}) : start.reshape({2, 60});
    const at::Tensor weights = at::cos(at::arange(120, at::kFloat) * 0.9).reshape(start.sizes());
    const MagnitudeGradient gradient{reading, scope};
    // The numbers belong to the seed and the place alone, so that the sum is a function of y.
    const auto sum = [&](const at::Tensor& y, const MagnitudeGradient* with) {
        return (add_noise(y, noise, graph.nodes[0], site, images, with) * weights).sum();
    };
    at::Tensor y = start.clone().set_requires_grad(true);
    sum(y * 1, &gradient).backward();
    const float h = 1.0F / 128;
    for (std::int64_t i = 0; i < 120; i += 3) {
        const auto moved = [&](float by) {
            at::Tensor other = start.clone();
            other.view({-1})[i] += by;
            return sum(other, nullptr).item<double>();
        };
        const double difference = (moved(h) - moved(-h)) / (2 * h);
        CATCH_CHECK(y.grad().view({-1})[i].item<double>() == Approx(difference).margin(4e-3).epsilon(4e-3));
    }
    // The extremes, where max_abs has all its gradient, whichever they are.
    const std::int64_t extreme = start.abs().view({-1}).argmax().item<std::int64_t>();
    if (reading == NoiseMagnitude::max_abs) {
        const double own = y.grad().view({-1})[extreme].item<double>();
        CATCH_CHECK(std::fabs(own - weights.view({-1})[extreme].item<double>()) > 1e-2);
    }
}

}  // namespace

CATCH_TEST_CASE("gradients through noise of the map's own magnitude are the differences of the noisy sum") {
    for (const NoiseMagnitude reading : {NoiseMagnitude::max_abs, NoiseMagnitude::rms,
                                         NoiseMagnitude::mean_abs, NoiseMagnitude::per_element}) {
        for (const NoiseScope scope : {NoiseScope::image, NoiseScope::channel}) {
            compare_magnitude_gradient(reading, scope, true);
        }
        compare_magnitude_gradient(reading, NoiseScope::image, false);
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
