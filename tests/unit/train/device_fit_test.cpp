#include "sw/train/device_fit.h"

#include "models/analog/gaussian_noise.h"
#include "models/network/executor_factory.h"
#include "tests/support/catch.h"
#include "tests/unit/train/training_samples.h"

#include <cmath>

using namespace quell;
using namespace quell::train;

namespace {

const config::InputConfig input{1.0 / 255, {0.5}, {0.25}};

std::unique_ptr<network::Executor> executor() {
    network::Graph graph = test::small_network();
    network::prepare_for_execution(graph);
    return network::make_float32_executor(graph);
}

std::vector<Tensor<float>> images(std::int64_t count) {
    return network::normalised_images(test::bright_planes(count), input, count);
}

std::vector<std::unique_ptr<network::ProductHook>> one(std::unique_ptr<network::ProductHook> noise) {
    std::vector<std::unique_ptr<network::ProductHook>> list;
    list.push_back(std::move(noise));
    return list;
}

}  // namespace

TEST_CASE("the fit of noise that is known gives it back") {
    const auto network = executor();
    config::NoiseConfig config;
    config.magnitude = config::NoiseMagnitude::rms;
    config.sigma_percent = 20;
    const auto fits =
        fit_products(*network, one(std::make_unique<analog::GaussianNoise>(config)), images(100));
    REQUIRE(fits.size() == 3);
    for (int product = 0; product < 2; ++product) {
        // 8 channels of 64 pixels, 100 images: 51,200 elements, 800 channels. Six standard errors each, a
        // false alarm in 5e8: of a deviation sigma / sqrt(2 n), of the gain sigma / sqrt(n).
        const ProductFit& fit = fits[static_cast<std::size_t>(product)];
        INFO(product);
        CHECK(std::fabs(fit.element - 0.2) < 6 * 0.2 / std::sqrt(2 * 50400.0));
        CHECK(std::fabs(fit.gain - 1) < 6 * 0.2 / std::sqrt(51200.0) * 1.5);  // images weigh by their size
        CHECK(fit.gain_deviation == 0);
        // The mean of a channel's 64 numbers has deviation sigma / 8, which is not the channel's own:
        // what is left of its square is within 6 * sqrt(2 / 800) of (sigma / 8)^2.
        CHECK(fit.channel < 0.2 / 8 * std::sqrt(6 * std::sqrt(2 / 800.0)));
        CHECK(std::fabs(fit.explained - 1 / 1.04) < 0.005);
        CHECK(std::fabs(fit.skew) < 6 * std::sqrt(6 / 51200.0));
        CHECK(std::fabs(fit.excess_kurtosis) < 6 * std::sqrt(24 / 51200.0));
        CHECK(fit.unevenness < 1.5 / std::sqrt(2 * 512.0));
    }
    // The classifier's 300 values have no pixels: all is the element's.
    CHECK(fits[2].channel == 0);
    CHECK(std::fabs(fits[2].element - 0.2) < 6 * 0.2 / std::sqrt(2 * 300.0));
}

TEST_CASE("noise is drawn as it was fitted") {
    const ProductFit wanted{0.9, 0.05, 0.1, 0.2};
    constexpr int channels = 4, pixels = 16, count = 20000;
    const FittedNoise noise({ProductFit{}, wanted}, 7);
    std::vector<float> exact(channels * pixels);
    for (std::size_t i = 0; i < exact.size(); ++i) exact[i] = i % 2 == 0 ? 3.0F : -3.0F;  // rms 3, mean 0
    double gains = 0, gain_squares = 0, channel_squares = 0, within = 0;
    for (int image = 0; image < count; ++image) {
        std::vector<float> values = exact;
        noise.after_product({nullptr, 2, 2, image, channels, 4, 4}, values);
        // Within a channel the exact values sum to nothing: its mean is the channel's shift, and noise.
        double gain = 0;
        for (std::size_t i = 0; i < exact.size(); ++i)
            gain += static_cast<double>(values[i]) * static_cast<double>(exact[i]) / 9 / 64;
        gains += gain;
        gain_squares += gain * gain;
        for (std::size_t k = 0; k < channels; ++k) {
            double mean = 0;
            for (std::size_t i = 0; i < pixels; ++i)
                mean += static_cast<double>(values[k * pixels + i]) / 3 / pixels;
            channel_squares += mean * mean;
            for (std::size_t i = 0; i < pixels; ++i) {
                const double e = (static_cast<double>(values[k * pixels + i]) -
                                  gain * static_cast<double>(exact[k * pixels + i])) /
                                     3 -
                                 mean;
                within += e * e;
            }
        }
    }
    // Six standard errors of each figure, a false alarm in 5e8.
    const double gain_variance = 0.05 * 0.05 + 0.2 * 0.2 / 64;
    CHECK(std::fabs(gains / count - 0.9) < 6 * std::sqrt(gain_variance / count));
    CHECK(std::fabs((gain_squares / count - gains / count * gains / count) / gain_variance - 1) <
          6 * std::sqrt(2.0 / count));
    const double mean_variance = 0.1 * 0.1 + 0.2 * 0.2 / pixels;
    CHECK(std::fabs(channel_squares / (count * channels) / mean_variance - 1) <
          6 * std::sqrt(2.0 / (count * channels)));
    // 64 numbers less four means and a gain.
    const double freedom = count * 59.0;
    CHECK(std::fabs(within / freedom / 0.04 - 1) < 6 * std::sqrt(2 / freedom));

    std::vector<float> untouched = exact;
    noise.after_product({nullptr, 1, 1, 3, channels, 4, 4}, untouched);
    CHECK(untouched == exact);
    CHECK_THROWS_WITH(noise.after_product({nullptr, 3, 0, 0, 4, 4, 4}, untouched),
                      test::contains("2 products were fitted, product 3"));
}

TEST_CASE("the fit finds what was drawn: gains, channels and elements") {
    const auto network = executor();
    const ProductFit wanted{0.9, 0, 0.15, 0.1};
    const auto fits = fit_products(
        *network, one(std::make_unique<FittedNoise>(std::vector<ProductFit>{wanted, wanted, wanted}, 3)),
        images(200));
    for (int product = 0; product < 2; ++product) {
        const ProductFit& fit = fits[static_cast<std::size_t>(product)];
        // 1,600 channels, 102,400 elements.
        CHECK(std::fabs(fit.channel / 0.15 - 1) < 6 / std::sqrt(2 * 1600.0) * 1.1);
        CHECK(std::fabs(fit.element / 0.1 - 1) < 6 / std::sqrt(2 * 100800.0) + 0.005);
        CHECK(std::fabs(fit.gain - 0.9) < 0.03);
    }
}

TEST_CASE("a chip of the device is fitted: exact cells give nothing, worse cells more") {
    const auto network = executor();
    config::Configuration c;
    c.noise.model = config::NoiseModel::device;
    c.device.preset = config::DevicePreset::generic;
    c.device.programming_percent = 0;
    c.device.adc.range = config::ConverterRange::ideal;
    const auto calibration = images(8);
    const auto exact = fit_device(c, *network, calibration, 2);
    for (const ProductFit& fit : exact) {
        CHECK(fit.gain == Approx(1).margin(1e-4));
        CHECK(fit.residual() < 1e-3);  // 16-bit inputs
        CHECK(fit.explained > 0.99999);
    }
    c.device.programming_percent = 2;
    const auto good = fit_device(c, *network, calibration, 3);
    c.device.programming_percent = 4;
    const auto poor = fit_device(c, *network, calibration, 3);
    for (std::size_t i = 0; i < good.size(); ++i) {
        CHECK(good[i].residual() > 0.005);
        // The chips' errors are the same numbers, twice as large.
        CHECK(poor[i].residual() == Approx(2 * good[i].residual()).epsilon(0.1));
    }
    // Programming errors hold still over the pixels of a channel: images are bright, rarely negative.
    CHECK(good[0].channel > 0.3 * good[0].element);
    CHECK_THROWS_WITH(fit_device(c, *network, {}, 1), test::contains("needs images"));
}
