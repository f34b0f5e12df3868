#include "models/analog/device/cell_physics.h"

#include "tests/support/catch.h"

#include <cmath>

using namespace quell;
using analog::CellPhysics;
namespace {
Approx approx(double value) {
    return Approx(value).epsilon(1e-6).margin(1e-9);
}
}  // namespace

namespace {

config::DeviceConfig preset(config::DevicePreset which, double time_s = 20) {
    config::DeviceConfig config;
    config.preset = which;
    config.time_s = time_s;
    return config;
}

}  // namespace

// Expected values by hand, with a pocket calculator, from references and docs/variation.md.
TEST_CASE("programming errors are those of the sources") {
    const CellPhysics pcm(preset(config::DevicePreset::pcm)), reram(preset(config::DevicePreset::reram));
    CHECK(pcm.programming_sigma(0) == approx(0.26348 / 25));
    CHECK(pcm.programming_sigma(0.5) == approx(0.952705 / 25));
    CHECK(pcm.programming_sigma(1) == approx(1.05538 / 25));
    CHECK(reram.programming_sigma(0) == approx(0.348 / 40));
    CHECK(reram.programming_sigma(1) == approx(1.103 / 40));

    config::DeviceConfig config = preset(config::DevicePreset::generic);
    config.programming_percent = 5;
    CHECK(CellPhysics(config).programming_sigma(0.25) == approx(0.05));
    config.programming_error = config::ProgrammingErrorKind::proportional;
    CHECK(CellPhysics(config).programming_sigma(0.25) == approx(0.0125));
    config.programming_error = config::ProgrammingErrorKind::inverse;
    CHECK(CellPhysics(config).programming_sigma(0.25) == approx(0.0375));
}

TEST_CASE("drift is a power of the time from 20 s on, with the exponents of the source") {
    const CellPhysics young(preset(config::DevicePreset::pcm, 3)),
        old(preset(config::DevicePreset::pcm, 200));
    CHECK(young.drift(0.05) == 1.0);
    CHECK(old.drift(0.05) == approx(0.8912509));  // 10^-0.05
    CHECK(old.drift_exponent(1).mean == approx(0.049));
    CHECK(old.drift_exponent(1).sigma == approx(0.008));
    CHECK(old.drift_exponent(0.01).mean == approx(0.0957801));
    CHECK(old.drift_exponent(0.01).sigma == approx(0.045));
    CHECK(old.drift_exponent(0).mean == approx(0.1));
    CHECK(CellPhysics(preset(config::DevicePreset::reram, 1e9)).drift_exponent(0.5).mean == 0);
}

TEST_CASE("read noise grows with the logarithm of the time") {
    const CellPhysics pcm(preset(config::DevicePreset::pcm, 20));
    CHECK(pcm.read_sigma(1, 0.9) == approx(0.9 * 0.0088 * 4.183825));  // sqrt(ln(4.00000005e7))
    CHECK(pcm.read_sigma(0.001, 0.001) == approx(0.001 * 0.2 * 4.183825));
    config::DeviceConfig config = preset(config::DevicePreset::generic);
    config.read_percent = 3;
    CHECK(CellPhysics(config).read_sigma(0.2, 0.1) == approx(0.03));
}

TEST_CASE("a normal number cut at zero has the mean and variance of the sum over its density") {
    const auto [mean, sigma] = GENERATE(
        table<double, double>({{0, 1}, {0.02, 0.05}, {-0.1, 0.2}, {1, 0.1}, {0.5, 0.5}, {0.001, 0.1}}));
    double first = 0, second = 0;
    constexpr int steps = 400'000;
    for (int i = 0; i < steps; ++i) {
        const double z = -10.0 + 20.0 * (i + 0.5) / steps;
        const double weight = 20.0 / steps * std::exp(-0.5 * z * z) / std::sqrt(2 * std::acos(-1.0));
        const double value = std::max(0.0, mean + sigma * z);
        first += weight * value;
        second += weight * value * value;
    }
    const analog::CutNormal cut = analog::cut_at_zero(mean, sigma);
    CHECK(cut.mean == approx(first));
    CHECK(cut.variance == approx(second - first * first));
    CHECK(analog::cut_at_zero(0.3, 0).mean == 0.3);
    CHECK(analog::cut_at_zero(-0.3, 0).mean == 0);
    CHECK(analog::cut_at_zero(0.3, 0).variance == 0);
}
