#include "sw/train/noise_strength.h"

#include "models/analog/gaussian_noise.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

using namespace quell;
using namespace quell::train;

namespace {

double density(double x) {
    return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
}
double below(double x) {
    return std::erfc(-x / std::numbers::sqrt2) / 2;
}

}  // namespace

TEST_CASE("sigma rises linearly over the ramp and stays") {
    for (int step = 0; step < 12; ++step)
        CHECK(ramp_factor(50, step, 16) == Approx(std::min(1.0, step / 8.0)));
    CHECK(ramp_factor(0, 0, 16) == 1);
    CHECK(ramp_factor(100, 15, 16) == 15.0 / 16);
}

TEST_CASE("an image's sigma is normal, cut at zero") {
    // Moments of max(0, N(a, t^2)): E = a F(a/t) + t f(a/t), E2 = (a^2 + t^2) F(a/t) + a t f(a/t).
    constexpr int count = 200000;
    const VarianceAware variance{0.8, 0.5};
    const double a = variance.alpha, t = variance.theta, at = a / t;
    const double mean = a * below(at) + t * density(at),
                 square = (a * a + t * t) * below(at) + a * t * density(at), none = below(-at);
    double sum = 0, squares = 0;
    int zeros = 0;
    for (int image = 0; image < count; ++image) {
        const double factor = image_factor(variance, 7, 3, image);
        REQUIRE(factor >= 0);
        sum += factor;
        squares += factor * factor;
        zeros += factor == 0;
    }
    // Six standard errors: a false alarm in 5e8.
    const double error = std::sqrt((square - mean * mean) / count);
    CHECK(std::fabs(sum / count - mean) < 6 * error);
    CHECK(std::fabs(squares / count - square) < 6 * 4 * error);  // its deviation is below 4 times that
    CHECK(std::fabs(zeros - count * none) < 6 * std::sqrt(count * none * (1 - none)));

    const std::set<double> different{image_factor(variance, 7, 3, 1), image_factor(variance, 7, 3, 2),
                                     image_factor(variance, 7, 4, 1), image_factor(variance, 8, 3, 1)};
    CHECK(different.size() == 4);
    CHECK(image_factor({1, 0}, 7, 3, 1) == 1);
}

TEST_CASE("noise is scaled by ramp and image, and left as it is at full strength") {
    config::NoiseConfig config;
    const analog::GaussianNoise noise(config);
    const network::ProductSite site{nullptr, 2, 2, 5, 4, 4, 4};
    std::vector<float> clean(64), full;
    for (std::size_t i = 0; i < clean.size(); ++i) clean[i] = 0.1F * static_cast<float>(i) - 2;
    full = clean;
    noise.after_product(site, full);

    const auto with = [&](double ramp, const std::optional<VarianceAware>& variance) {
        std::vector<float> values = clean;
        ScaledNoise(noise, ramp, variance, 3, 1).after_product(site, values);
        return values;
    };
    CHECK(with(1, {}) == full);
    CHECK(with(0, {}) == clean);
    const VarianceAware variance{1, 0.5};
    const double part = 0.25 * image_factor(variance, 3, 1, 5);
    const std::vector<float> both = with(0.25, variance);
    for (std::size_t i = 0; i < clean.size(); ++i)
        CHECK(both[i] == Approx(clean[i] + part * (full[i] - clean[i])).margin(1e-6));
    CHECK(both != clean);
}
