#include "models/analog/gaussian_noise.h"

#include "models/analog/magnitude.h"
#include "models/analog/normal_numbers.h"
#include "models/base/error.h"
#include "tests/support/catch.h"

#include <cmath>
#include <limits>
#include <thread>
#include <vector>

using namespace quell;
using config::NoiseConfig;
using config::NoiseMagnitude;
using config::NoiseScope;

namespace {

network::ProductSite site(std::int64_t product, std::int64_t image, std::int64_t c, std::int64_t h,
                          std::int64_t w) {
    network::ProductSite result;
    result.product = product;
    result.image = image;
    result.channels = c;
    result.height = h;
    result.width = w;
    return result;
}

std::vector<float> added(const analog::GaussianNoise& noise, const network::ProductSite& where,
                         const std::vector<float>& clean) {
    std::vector<float> values = clean;
    noise.after_product(where, values);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] -= clean[i];
    return values;
}

double deviation(std::span<const float> values) {
    double squares = 0;
    for (const float v : values) squares += static_cast<double>(v) * static_cast<double>(v);
    return std::sqrt(squares / static_cast<double>(values.size()));
}

}  // namespace

TEST_CASE("magnitudes by hand", "[analog]") {
    // 3, -4, 0, 0, ... : largest 4, mean square 25/20, mean absolute 7/20.
    std::vector<float> values(20, 0.0F);
    values[2] = 3;
    values[18] = -4;
    CHECK(analog::magnitude(values, NoiseMagnitude::max_abs) == 4);
    CHECK(analog::magnitude(values, NoiseMagnitude::rms) == Approx(std::sqrt(1.25)).epsilon(1e-12));
    CHECK(analog::magnitude(values, NoiseMagnitude::mean_abs) == Approx(0.35).epsilon(1e-12));
    CHECK(analog::magnitude({}, NoiseMagnitude::max_abs) == 0);
    CHECK_THROWS_AS(analog::magnitude(values, NoiseMagnitude::per_element), Error);
}

// 100,000 numbers: the ratio of the deviation to its expectation has standard deviation 1/sqrt(2n) = 0.22 %;
// 1.2 % is more than five of them (false alarm below 1e-6, and the seed is fixed).
TEST_CASE("sigma is a percentage of the magnitude", "[analog]") {
    const std::int64_t channels = 10, height = 100, width = 100;
    std::vector<float> clean(100000, 0.5F);
    for (std::size_t i = 0; i < 10000; ++i) clean[i] = -2.0F;  // channel 0
    const std::span<const float> clean_span(clean);
    NoiseConfig config;
    config.sigma_percent = 6;

    const auto check_deviation = [&](double expected_first, double expected_rest) {
        const std::vector<float> noise =
            added(analog::GaussianNoise(config, {9.0}), site(1, 0, channels, height, width), clean);
        const std::span<const float> span(noise);
        CHECK(deviation(span.first(10000)) ==
              Approx(expected_first).epsilon(0.035));  // a tenth of the numbers
        CHECK(deviation(span.subspan(10000)) == Approx(expected_rest).epsilon(0.012));
    };
    SECTION("max_abs of the image") {
        check_deviation(0.12, 0.12);
    }
    SECTION("rms of the image") {
        config.magnitude = NoiseMagnitude::rms;  // (0.1 * 4 + 0.9 * 0.25)^0.5
        check_deviation(0.06 * std::sqrt(0.625), 0.06 * std::sqrt(0.625));
    }
    SECTION("mean_abs of the channel") {
        config.magnitude = NoiseMagnitude::mean_abs;
        config.scope = NoiseScope::channel;
        check_deviation(0.12, 0.03);
    }
    SECTION("per element") {
        config.magnitude = NoiseMagnitude::per_element;
        check_deviation(0.12, 0.03);
    }
    SECTION("constant of the layer") {
        config.scope = NoiseScope::layer;
        check_deviation(0.54, 0.54);
    }
}

TEST_CASE("the mean is a percentage of the magnitude and keeps its sign", "[analog]") {
    NoiseConfig config;
    config.sigma_percent = 0;
    config.mean_percent = -10;
    const std::vector<float> clean{1.0F, -8.0F, 2.0F};
    for (const float difference : added(analog::GaussianNoise(config), site(1, 0, 3, 1, 1), clean)) {
        CHECK(difference == Approx(-0.8).epsilon(1e-5));
    }
}

TEST_CASE("what is added is the numbered stream, whoever asks and in whatever order", "[analog]") {
    NoiseConfig config;
    config.seed = 77;
    const analog::GaussianNoise noise(config);
    std::vector<float> clean(700, 0.0F);
    clean[699] = 1.0F;  // magnitude 1
    std::vector<float> expected(700);
    analog::fill_normal({77, 4, 12}, expected);

    std::vector<float> first, second;
    {
        std::jthread a([&] { first = added(noise, site(4, 12, 7, 10, 10), clean); });
        std::jthread b([&] { second = added(noise, site(4, 13, 7, 10, 10), clean); });
    }
    for (std::size_t i = 0; i < 699; ++i) REQUIRE(first[i] == 0.06F * expected[i]);
    CHECK(first != second);
    CHECK(first == added(noise, site(4, 12, 7, 10, 10), clean));
}

TEST_CASE("noise switched off leaves every bit", "[analog]") {
    NoiseConfig config;
    const std::vector<float> clean{1, 2, 3};
    const std::vector<float> nothing(3, 0.0F);
    SECTION("no model") {
        config.model = config::NoiseModel::none;
    }
    SECTION("zero percent") {
        config.sigma_percent = 0;
    }
    CHECK(added(analog::GaussianNoise(config), site(1, 0, 3, 1, 1), clean) == nothing);
}

TEST_CASE("the calibration's constants by hand", "[analog]") {
    std::vector<float> small{3, -4}, large{0, 12};
    const auto calibrated = [&](NoiseMagnitude reading) {
        const analog::MagnitudeCalibration calibration(reading);
        calibration.after_product(site(1, 1, 2, 1, 1), large);
        calibration.after_product(site(1, 0, 2, 1, 1), small);
        calibration.after_product(site(2, 0, 2, 1, 1), small);
        return calibration.layer_magnitudes();
    };
    CHECK(calibrated(NoiseMagnitude::max_abs) == std::vector<double>{12, 4});
    CHECK(calibrated(NoiseMagnitude::mean_abs) == std::vector<double>{4.75, 3.5});
    CHECK(calibrated(NoiseMagnitude::rms)[0] == Approx(std::sqrt((9 + 16 + 144) / 4.0)));

    const analog::MagnitudeCalibration gap(NoiseMagnitude::max_abs);
    gap.after_product(site(2, 0, 2, 1, 1), small);
    CHECK_THROWS_AS(gap.layer_magnitudes(), Error);
}

TEST_CASE("impossible noise is refused", "[analog]") {
    NoiseConfig config;
    SECTION("negative sigma") {
        config.sigma_percent = -1;
    }
    SECTION("not a number") {
        config.sigma_percent = std::numeric_limits<double>::quiet_NaN();
    }
    SECTION("infinite mean") {
        config.mean_percent = std::numeric_limits<double>::infinity();
    }
    SECTION("no calibration") {
        config.scope = NoiseScope::layer;
    }
    CHECK_THROWS_AS(analog::GaussianNoise(config), Error);
}
