// The gaussian noise in LibTorch's operators, on the CPU as on any device: as statistics, against the
// definitions in models/config/noise_config.h worked out here.
#define CATCH_CONFIG_PREFIX_ALL
#include "sw/train/torch_noise.h"
#include "sw/train/noise_injection.h"
#include "sw/train/noise_strength.h"
#include "sw/train/tensor_noise.h"
#include "sw/train/torch_device.h"

#include <cmath>
#include <vector>

#include "tests/support/catch.h"

using namespace quell;
using namespace quell::train;
using config::NoiseMagnitude;
using config::NoiseScope;

namespace {

constexpr std::int64_t images = 2, channels = 2, side = 200, pixels = side * side;

// Values of another size in every image and channel.
at::Tensor maps() {
    std::vector<float> values;
    for (std::int64_t map = 0; map < images * channels; ++map) {
        for (std::int64_t i = 0; i < pixels; ++i) {
            const double wave = std::sin(0.37 * static_cast<double>(i + 11 * map));
            values.push_back(static_cast<float>(wave * static_cast<double>(1 + map)));
        }
    }
    return at::tensor(values).reshape({images, channels, side, side});
}

double magnitude(const std::vector<float>& values, NoiseMagnitude reading) {
    double largest = 0, sum = 0, squares = 0;
    for (const float value : values) {
        const double size = std::fabs(static_cast<double>(value));
        largest = std::max(largest, size);
        sum += size;
        squares += size * size;
    }
    const auto n = static_cast<double>(values.size());
    switch (reading) {
        case NoiseMagnitude::rms:
            return std::sqrt(squares / n);
        case NoiseMagnitude::mean_abs:
            return sum / n;
        default:
            return largest;
    }
}

std::vector<float> values_of(const at::Tensor& tensor) {
    const at::Tensor plain = tensor.contiguous();
    return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

config::NoiseConfig noise_config(NoiseMagnitude reading, NoiseScope scope) {
    config::NoiseConfig config;
    config.magnitude = reading;
    config.scope = scope;
    config.sigma_percent = 6;
    config.mean_percent = 2;
    config.seed = 5;
    return config;
}

AnalogSite site(std::int64_t product) {
    AnalogSite result;
    result.product = product;
    return result;
}

const std::vector<std::int64_t> places{7, 8};

at::Tensor noisy(const TorchNoise& noise, const at::Tensor& y, std::int64_t product,
                 const std::vector<std::int64_t>& of = places) {
    at::Tensor result = y.detach().clone();
    noise.add(result, site(product), of);
    return result;
}

}  // namespace

// 40,000 numbers z a map, standard normal if all is right: their mean has deviation 0.005, that of their
// squares 0.0071. Five deviations are exceeded by chance in 6e-7 of cases; 2 figures x 4 maps x 10 cases: a
// false alarm below 5e-5, and the seed is fixed.
CATCH_TEST_CASE("noise of LibTorch's operators has the deviation and mean of its definition") {
    const std::vector<double> constants{99, 1.5};
    const at::Tensor clean = maps();
    for (const auto reading : {NoiseMagnitude::max_abs, NoiseMagnitude::rms, NoiseMagnitude::mean_abs,
                               NoiseMagnitude::per_element}) {
        for (const auto scope : {NoiseScope::image, NoiseScope::channel, NoiseScope::layer}) {
            CATCH_CAPTURE(static_cast<int>(reading), static_cast<int>(scope));
            const TorchNoise noise(noise_config(reading, scope), constants);
            const at::Tensor added = noisy(noise, clean, 2) - clean;
            for (std::int64_t i = 0; i < images; ++i) {
                for (std::int64_t c = 0; c < channels; ++c) {
                    const std::vector<float> map = values_of(clean[i][c]),
                                             difference = values_of(added[i][c]);
                    double scale = constants[1];
                    if (scope == NoiseScope::image) scale = magnitude(values_of(clean[i]), reading);
                    if (scope == NoiseScope::channel) scale = magnitude(map, reading);
                    double sum = 0, squares = 0, used = 0;
                    for (std::size_t p = 0; p < map.size(); ++p) {
                        const double own = reading == NoiseMagnitude::per_element
                                               ? std::fabs(static_cast<double>(map[p]))
                                               : scale;
                        // Differences of floats about nothing are noise of their own.
                        if (own < 1e-2) continue;
                        const double z = (static_cast<double>(difference[p]) / own - 0.02) / 0.06;
                        sum += z;
                        squares += z * z;
                        ++used;
                    }
                    CATCH_CHECK(used > 0.98 * static_cast<double>(pixels));
                    CATCH_CHECK(std::fabs(sum / used) < 5 / std::sqrt(used));
                    CATCH_CHECK(std::fabs(squares / used - 1) < 5 * std::sqrt(2 / used));
                }
            }
        }
    }
}

CATCH_TEST_CASE("the numbers follow from seed, product and images") {
    const auto config = noise_config(NoiseMagnitude::max_abs, NoiseScope::image);
    const TorchNoise noise(config, {});
    auto other_seed = config;
    other_seed.seed = 6;
    const at::Tensor y = maps(), first = noisy(noise, y, 1);
    const std::vector<std::int64_t> other_places{8, 7};
    CATCH_CHECK(at::equal(first, noisy(noise, y, 1)));
    CATCH_CHECK(!at::equal(first, noisy(noise, y, 2)));
    CATCH_CHECK(!at::equal(first, noisy(noise, y, 1, other_places)));
    CATCH_CHECK(!at::equal(first, noisy(TorchNoise(other_seed, {}), y, 1)));
    // Neighbouring pixels, channels and images have numbers that do not follow each other: five deviations.
    const at::Tensor z =
        (first - y).reshape({images, channels, -1}) /
            (y.abs().amax(std::vector<std::int64_t>{1, 2, 3}).reshape({images, 1, 1}) * 0.06) -
        1.0 / 3;
    const auto correlation = [](const at::Tensor& a, const at::Tensor& b) {
        return (a * b).mean().item<double>() * std::sqrt(static_cast<double>(a.numel()));
    };
    CATCH_CHECK(std::fabs(correlation(z[0], z[1])) < 5);
    CATCH_CHECK(std::fabs(correlation(z.select(1, 0), z.select(1, 1))) < 5);
    CATCH_CHECK(std::fabs(correlation(z.narrow(2, 0, pixels - 1), z.narrow(2, 1, pixels - 1))) < 5);
}

CATCH_TEST_CASE("noise of LibTorch's operators is a constant to gradients, and of a Gemm's rows as well") {
    auto config = noise_config(NoiseMagnitude::max_abs, NoiseScope::image);
    config.mean_percent = 0;
    const auto hook = make_tensor_noise(config, {});
    const at::Tensor x = at::linspace(-1, 1, 20).reshape({2, 10}).set_requires_grad(true);
    const network::Node node{"fc", network::Gemm{}, {}, "y", {}};
    const at::Tensor y = add_noise(x * 3, *hook, node, site(1), places);
    CATCH_CHECK(y.sizes() == x.sizes());
    CATCH_CHECK(!at::equal(y, x * 3));
    (y * y).sum().backward();
    CATCH_CHECK(at::allclose(x.grad(), 6 * y.detach()));

    // Without sigma and mean nothing is added, to the bit.
    config.sigma_percent = 0;
    CATCH_CHECK(at::equal(noisy(TorchNoise(config, {}), x, 1), x.detach()));
    config.model = config::NoiseModel::device;
    CATCH_CHECK_THROWS_WITH(make_tensor_noise(config, {}), test::contains("gaussian and none"));
    config.model = config::NoiseModel::none;
    CATCH_CHECK(make_tensor_noise(config, {}) == nullptr);
    std::vector<float> map(4);
    CATCH_CHECK_THROWS_WITH(hook->after_product({}, map), test::contains("tensors alone"));
}

CATCH_TEST_CASE("a GPU that is not there is refused") {
    if (at::hasCUDA()) return;
    CATCH_CHECK_THROWS_WITH(require_device(Device::cuda), test::contains("finds no GPU"));
    require_device(Device::cpu);
}

CATCH_TEST_CASE("ramp and an image's own sigma scale the noise of LibTorch's operators, map by map") {
    const auto noise = make_tensor_noise(noise_config(NoiseMagnitude::rms, NoiseScope::image), {});
    const quell::network::Node node;
    const AnalogSite site{0, 0, 1, 1};
    const std::vector<std::int64_t> places{4, 9};
    const at::Tensor clean = maps(), full = add_noise(clean.clone(), *noise, node, site, places);
    const ScaledNoise scaled(*noise, 0.5, VarianceAware{1, 0.5}, 3, 2);
    const at::Tensor some = add_noise(clean.clone(), scaled, node, site, places);
    for (std::int64_t i = 0; i < images; ++i) {
        const double factor = 0.5 * image_factor({1, 0.5}, 3, 2, places[static_cast<std::size_t>(i)]);
        CATCH_REQUIRE(factor > 0.01);
        const at::Tensor expected = clean[i] + (full[i] - clean[i]) * factor;
        CATCH_CHECK((some[i] - expected).abs().max().item<double>() < 1e-5);
        CATCH_CHECK((full[i] - clean[i]).abs().max().item<double>() > 1e-2);
    }
}
