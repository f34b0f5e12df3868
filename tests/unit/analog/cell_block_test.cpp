#include "models/analog/device/cell_block.h"

#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace quell;
using analog::CellRow;

// Single precision against the laws one cell at a time, in double precision.
TEST_CASE("a block of cells is what the laws make of each") {
    config::DeviceConfig config;
    config.preset =
        GENERATE(config::DevicePreset::pcm, config::DevicePreset::reram, config::DevicePreset::generic);
    config.time_s = GENERATE(0.0, 20.0, 3600.0, 3.2e7);
    config.read_percent = GENERATE(0.0, 0.01, 3.0, 60.0);
    config.programming_percent = 30;
    config.programming_error = config::ProgrammingErrorKind::inverse;
    config.drift_exponent = 0.2;
    config.drift_exponent_sigma = 0.1;
    const analog::CellPhysics physics(config);
    const analog::CellBlockLaw law(physics.law());

    std::mt19937 generator(1);
    std::uniform_real_distribution<float> uniform(0, 1);
    std::normal_distribution<float> normal;
    CellRow target, sigma, programming, drift;
    for (std::size_t i = 0; i < analog::normal_block; ++i) {
        // Zero, one, tiny ones and all between.
        const float u = uniform(generator);
        target.value[i] = i == 0 ? 0.0F : i == 1 ? 1.0F : i < 20 ? u * 1e-3F : u;
        programming.value[i] = normal(generator);
        drift.value[i] = normal(generator);
    }
    analog::CellBlock cells;
    analog::programming_sigmas(law, target, sigma);
    analog::make_cells(law, target, sigma, programming, drift, cells);

    double worst = 0;
    const auto compare = [&](float value, double expected, double scale) {
        worst = std::max(worst, std::abs(double(value) - expected) / scale);
    };
    for (std::size_t i = 0; i < analog::normal_block; ++i) {
        const double g = double(target.value[i]);
        const double s = physics.programming_sigma(g);
        const double programmed = std::max(0.0, g + s * double(programming.value[i]));
        const analog::DriftExponent exponent = physics.drift_exponent(g);
        const double drifted =
            programmed *
            physics.drift(std::max(0.0, exponent.mean + exponent.sigma * double(drift.value[i])));
        const double r = physics.read_sigma(g, drifted);
        const analog::CutNormal cut = analog::cut_at_zero(drifted, r);
        compare(sigma.value[i], s, std::max(s, 1e-6));
        compare(cells.programmed.value[i], programmed, 1);
        compare(cells.drifted.value[i], drifted, 1);
        compare(cells.read_sigma.value[i], r, std::max(r, 1e-6));
        compare(cells.mean.value[i], cut.mean, 1);
        compare(cells.variance.value[i], cut.variance, std::max(r * r, 1e-12));
    }
    CHECK(worst < 5e-6);
}
