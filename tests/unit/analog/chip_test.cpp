#include "models/analog/device/chip.h"

#include "models/analog/normal_numbers.h"
#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <iostream>
#include <limits>
#include <numeric>

using namespace quell;
using analog::Chip;

namespace {

Approx approx(double value) {
    return Approx(value).epsilon(1e-6).margin(1e-9);
}

// As one output of many inputs.
analog::LayerOnChip program(const config::DeviceConfig& config, std::int64_t product,
                            const std::vector<float>& weights) {
    return Chip(config).program(product, weights, {1, static_cast<std::int64_t>(weights.size()), 1});
}

config::DeviceConfig generic() {
    config::DeviceConfig config;
    config.preset = config::DevicePreset::generic;
    config.programming_percent = 0;
    return config;
}

struct Moments {
    double mean = 0, variance = 0;
};

Moments moments(const std::vector<float>& values) {
    Moments m;
    const auto n = static_cast<double>(values.size());
    for (const float value : values) m.mean += static_cast<double>(value) / n;
    for (const float value : values) {
        m.variance += (static_cast<double>(value) - m.mean) * (static_cast<double>(value) - m.mean) / (n - 1);
    }
    return m;
}

// Two-sided, one false alarm in 2e7 comparisons; the seeds are fixed all the same.
constexpr double kSigmas = 5.33;
constexpr std::size_t kWeights = 200'000;

// Of kWeights independent values of these moments: excess is their kurtosis - 3.
void check_moments(const std::vector<float>& values, double mean, double variance, double excess = 3) {
    REQUIRE(values.size() == kWeights);
    const Moments m = moments(values);
    const auto n = static_cast<double>(kWeights);
    CHECK(std::abs(m.mean - mean) < kSigmas * std::sqrt(variance / n));
    CHECK(std::abs(m.variance - variance) < kSigmas * variance * std::sqrt((2 + excess) / n));
}

}  // namespace

TEST_CASE("an ideal chip keeps its weights") {
    const std::vector<float> weights{0.5F, -0.25F, 0, 2, -2};
    const analog::LayerOnChip layer = program(generic(), 1, weights);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        CHECK(layer.weights[i] == approx(static_cast<double>(weights[i])));
    }
    CHECK(layer.variances.empty());
    CHECK(program(generic(), 1, std::vector<float>(3, 0.0F)).weights == std::vector<float>(3, 0.0F));
}

TEST_CASE("cells are off by the error of programming") {
    GIVEN("PCM cells that were asked for Gmax, and their partners that were asked for nothing") {
        config::DeviceConfig config;  // pcm at 20 s: no drift yet
        const analog::LayerOnChip layer = program(config, 1, std::vector<float>(kWeights, 3.0F));
        THEN("their values vary as the two errors together, the partner's cut at zero") {
            // By hand: s(1) = 0.0422152, s(0) = 0.0105392; of max(0, s z): mean s / sqrt(2 pi), variance
            // s^2 (1/2 - 1/(2 pi)). Read noise moves the mean of none: it is 27 deviations from the cut, and
            // the partner's is proportional to its conductance.
            const double one = 0.0422152, none = 0.0105392;
            check_moments(layer.weights, 3 * (1 - none * 0.39894228),
                          9 * (one * one + none * none * 0.34084506));
        }
    }
    GIVEN("generic cells with an error in proportion") {
        config::DeviceConfig config = generic();
        config.programming_error = config::ProgrammingErrorKind::proportional;
        config.programming_percent = 4;
        check_moments(program(config, 1, std::vector<float>(kWeights, -1.0F)).weights, -1, 0.0016);
    }
}

TEST_CASE("cells drift with exponents of their own") {
    config::DeviceConfig config = generic();
    config.drift_exponent = 0.05;
    config.drift_exponent_sigma = 0.005;
    config.time_s = 20 * std::exp(10.0);
    // exp(-10 nu) of a normal nu is log-normal: mean exp(-0.5 + 0.00125), and that at 20 with twice the
    // variance for the second moment. The cut at zero is ten deviations away.
    const double mean = std::exp(-0.5 + 0.5 * 0.05 * 0.05);
    const double second = std::exp(-1.0 + 2 * 0.05 * 0.05);
    check_moments(program(config, 1, std::vector<float>(kWeights, 1.0F)).weights, mean, second - mean * mean);
    SECTION("and the factor of global compensation, which is digital, brings their sum back") {
        const config::DeviceConfig plain = config;
        config.drift_compensation = config::DriftCompensation::global;
        const analog::LayerOnChip layer = program(config, 1, std::vector<float>(kWeights, 1.0F));
        CHECK(layer.weights == program(plain, 1, std::vector<float>(kWeights, 1.0F)).weights);
        CHECK(layer.compensation * std::accumulate(layer.weights.begin(), layer.weights.end(), 0.0) ==
              approx(static_cast<double>(kWeights)));
        CHECK(layer.compensation == approx(1 / mean).epsilon(1e-3));
    }
}

TEST_CASE("a seed is a chip") {
    config::DeviceConfig config;
    config.time_s = 3600;
    config.stuck_off_percent = 1;
    const std::vector<float> weights{0.5F, -0.25F, 0, 2, -2, 0.1F, 0.7F};
    const analog::LayerOnChip first = program(config, 2, weights);
    CHECK(program(config, 2, weights).weights == first.weights);
    CHECK(program(config, 3, weights).weights != first.weights);
    config.chip_seed = 2;
    CHECK(program(config, 2, weights).weights != first.weights);
}

TEST_CASE("reads vary by what the cells say, in the weights' unit") {
    config::DeviceConfig config = generic();
    config.read_percent = 10;
    const analog::LayerOnChip layer = program(config, 1, std::vector<float>{4, -4});
    // Of (1, 0): 0.1^2 of the one, 0.1^2 * 0.34084506 of the other, whose mean is 0.1 * 0.39894228.
    CHECK(layer.variances[0] == approx(16 * 0.01 * 1.34084506));
    CHECK(layer.variances[1] == approx(16 * 0.01 * 1.34084506));
    CHECK(layer.weights[0] == approx(4 * (1 - 0.039894228)));
    CHECK(layer.weights[1] == approx(-4 * (1 - 0.039894228)));
}

TEST_CASE("a weight that is no number is refused") {
    const std::vector<float> weights{1, std::numeric_limits<float>::quiet_NaN()};
    CHECK_THROWS_WITH(program(generic(), 7, weights),
                      test::contains("product 7: weight 1 is nan, expected a finite number"));
}

TEST_CASE("each preset's cells spread as its source says at half of Gmax") {
    // By hand: pcm (0.26348 + 0.98250 - 0.293275) / 25, reram (0.348 + 8.015 - 10.96325 + 5.674125 -
    // 1.0509375) / 40; of the partners, asked for nothing, half are cut: variance s(0)^2 (1/2 - 1/(2 pi)).
    const auto [preset, half, none] = GENERATE(
        table<config::DevicePreset, double, double>({{config::DevicePreset::pcm, 0.0381082, 0.0105392},
                                                     {config::DevicePreset::reram, 0.0505734375, 0.0087}}));
    config::DeviceConfig config;
    config.preset = preset;
    std::vector<float> weights(kWeights + 1, 1.0F);
    weights.back() = 2.0F;
    analog::LayerOnChip layer = program(config, 1, weights);
    layer.weights.pop_back();
    for (float& weight : layer.weights) weight /= 2;  // of Gmax
    // PCM's read noise raises the mean of a partner: r / g = 0.2 * 4.183825 for all that are left over zero,
    // each by r (f(a) - a Q(a)), a = g / r: 0.8367650 * 0.0566711 g. The spread grows with the square.
    const double raised = preset == config::DevicePreset::pcm ? 1 + 0.8367650 * 0.0566711 : 1.0;
    check_moments(layer.weights, 0.5 - raised * none * 0.39894228,
                  half * half + raised * raised * none * none * 0.34084506);
}

TEST_CASE("cells are numbered as the pages say") {
    // Plane p of product 5: programming by (seed, product 5, image 2 p), drift by (.., 2 p + 1); element i.
    config::DeviceConfig config = generic();
    config.programming_percent = 3;
    config.drift_exponent = 0.06;
    config.drift_exponent_sigma = 0.02;
    config.time_s = 2000;
    config.chip_seed = 77;
    const std::size_t count = 70'001;
    std::vector<float> weights(count);
    for (std::size_t i = 0; i < count; ++i) weights[i] = static_cast<float>(std::sin(double(i)));
    weights[5] = -1;
    const analog::LayerOnChip layer = program(config, 5, weights);
    const auto numbers = [&](std::uint32_t image) {
        std::vector<float> z(count);
        analog::NormalKey key;
        key.seed = 77;
        key.product = 5;
        key.image = image;
        key.purpose = numeric::Purpose::chip;
        analog::fill_normal(key, z);
        return z;
    };
    const auto plus = numbers(0), plus_drift = numbers(1), minus = numbers(2), minus_drift = numbers(3);
    const auto cell = [](double target, float z, float z_drift) {
        return std::max(0.0, target + 0.03 * double(z)) *
               std::pow(100.0, -std::max(0.0, 0.06 + 0.02 * double(z_drift)));
    };
    double worst = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double w = double(weights[i]);
        const double expected = cell(std::max(w, 0.0), plus[i], plus_drift[i]) -
                                cell(std::max(-w, 0.0), minus[i], minus_drift[i]);
        worst = std::max(worst, std::abs(double(layer.weights[i]) - expected));
    }
    CHECK(worst < 1e-6);
}

TEST_CASE("the cells do not depend on the crossbars they lie on") {
    config::DeviceConfig config;
    config.stuck_on_percent = 2;
    config.time_s = 1e5;
    std::vector<float> weights(3 * 170 * 301);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(std::cos(double(i)));
    config::TileConfig small;
    small.rows = 16;
    small.columns = 6;
    const analog::LayerMatrix matrix{3, 301, 170};
    const analog::LayerOnChip one = Chip(config).program(1, weights, matrix);
    const analog::LayerOnChip other = Chip(config, small).program(1, weights, matrix);
    CHECK(one.weights == other.weights);
    CHECK(one.variances == other.variances);
    CHECK(one.weights == program(config, 1, weights).weights);
}

TEST_CASE("a weight lies on several pairs, digit by digit") {
    GIVEN("5-bit weights on two pairs of 2 bits") {
        config::DeviceConfig config = generic();
        config.cells_per_weight = 2;
        config::TileConfig tile;
        tile.weight_bits = 5;
        // Of 15: 15 = (3, 3), 6 = (1, 2), -9 = (2, 1), 0; 0.45 * 15 = 6.75 is rounded to 7 = (1, 3).
        const std::vector<float> weights{30, 12, -18, 0, 13.5F};
        const analog::SlicesOnChip layer = Chip(config, tile).program_slices(1, weights, {1, 5, 1});
        THEN("each slice has its digit's worth") {
            REQUIRE(layer.slices.size() == 2);
            CHECK(layer.values[0] == approx(12.0 / 15));
            CHECK(layer.values[1] == approx(3.0 / 15));
            const std::vector<double> high{30, 10, -20, 0, 10}, low{30, 20, -10, 0, 30};
            for (std::size_t i = 0; i < weights.size(); ++i) {
                CHECK(layer.slices[0].weights[i] == approx(high[i]));
                CHECK(layer.slices[1].weights[i] == approx(low[i]));
            }
            CHECK(Chip(config, tile).program(1, weights, {1, 5, 1}).weights[4] == approx(14));
        }
    }
    GIVEN("the same with noise of every read") {
        config::DeviceConfig config = generic();
        config.cells_per_weight = 2;
        config.read_percent = 1;
        config::TileConfig tile;
        tile.weight_bits = 5;
        const analog::LayerOnChip layer = Chip(config, tile).program(1, std::vector<float>{15}, {1, 1, 1});
        THEN("the variances add up with the squares of the digits' worth") {
            // A slice's Gmax is worth 12 and 3 of 15; each pair: 0.01^2 of the one cell, 0.34084506 of it of
            // the other, whose mean is 0.01 * 0.39894228.
            CHECK(double(layer.variances.front()) == approx((144 + 9) * 1e-4 * 1.34084506));
            CHECK(double(layer.weights.front()) == approx(15 - 15 * 0.0039894228));
        }
    }
    GIVEN("16-bit weights on fifteen pairs of one bit") {
        config::DeviceConfig config = generic();
        config.cells_per_weight = GENERATE(3, 5, 8, 15);
        const std::vector<float> weights{1, -0.5F, 0.3F, 0.0001F, -0.7F};
        const analog::LayerOnChip layer = Chip(config).program(1, weights, {1, 5, 1});
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const double bits = std::round(std::abs(double(weights[i])) * 32767) / 32767;
            CHECK(std::abs(double(layer.weights[i])) == approx(bits));
        }
    }
}

TEST_CASE("compensation counts every cell with its digit's worth") {
    config::DeviceConfig config;  // PCM: every target drifts with an exponent of its own
    config.time_s = 1e6;
    config.cells_per_weight = 3;
    config.drift_compensation = config::DriftCompensation::global;
    config::TileConfig tile;
    tile.weight_bits = 7;
    std::vector<float> weights(500);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(std::sin(double(i)));
    const analog::LayerMatrix matrix{1, 100, 5};
    const Chip chip(config, tile);
    // Digits of 2 bits: Gmax is worth 48, 12 and 3 of 63.
    const std::vector<double> worth{48, 12, 3};
    double before = 0, now = 0;
    chip.cells(1, weights, matrix)
        .for_each_chunk(analog::LayerCells::Keep::conductances, [&](const analog::CellChunk& chunk) {
            REQUIRE(chunk.planes.size() == 6);
            for (std::size_t p = 0; p < 6; ++p) {
                for (std::size_t i = 0; i < chunk.count; ++i) {
                    before += worth[p / 2] * double(chunk.planes[p].programmed[i]);
                    now += worth[p / 2] * double(chunk.planes[p].drifted[i]);
                }
            }
        });
    CHECK(chip.program(1, weights, matrix).compensation == approx(before / now));
    CHECK(chip.program_slices(1, weights, matrix).slices[1].compensation == approx(before / now));
    CHECK(before / now > 1.5);
}

TEST_CASE("a programming error comes from a table") {
    const test::TemporaryFolder folder;
    config::DeviceConfig config = generic();
    config.programming_table = folder.file("sigma.csv");
    std::ofstream(config.programming_table) << "0,0\n0.5,0.02\n1,0.08\n";
    std::vector<float> weights(kWeights + 1, 0.75F);
    weights.back() = 1;
    analog::LayerOnChip layer = program(config, 1, weights);
    layer.weights.pop_back();
    check_moments(layer.weights, 0.75, 0.05 * 0.05, 0);
}

TEST_CASE("what cannot be programmed is refused in one line") {
    const std::vector<float> weights(6, 1.0F);
    CHECK_THROWS_WITH(Chip(generic()).program(3, weights, {1, 2, 2}),
                      test::contains("product 3: 6 weights, expected 1 groups x 2 outputs x 2 inputs"));
    config::DeviceConfig config = generic();
    config.cells_per_weight = 16;
    CHECK_THROWS_WITH(
        Chip(config).program(3, weights, {1, 3, 2}),
        test::contains("16 cells per weight of 16 bits: expected 1, or at most one for each bit"));
    config = generic();
    config.time_s = -1;
    CHECK_THROWS_WITH(Chip(config), test::contains("time of reading -1 s: expected 0 s or more"));
    const std::vector<float> infinite{1, 2, std::numeric_limits<float>::infinity()};
    CHECK_THROWS_WITH(program(generic(), 7, infinite),
                      test::contains("product 7: weight 2 is inf, expected a finite number"));
}

// Prints docs/variation.md's figures: CPU time of one thread for as many weights as ResNet-18 has.
TEST_CASE("how fast a chip is programmed", "[.][programming speed]") {
    const analog::LayerMatrix matrix{1, 4608, 512};
    constexpr int layers = 5;  // 11.8 million weights
    std::vector<float> weights(static_cast<std::size_t>(matrix.inputs * matrix.outputs));
    analog::fill_normal({}, weights);
    const auto seconds = [&](const config::DeviceConfig& device) {
        const Chip chip(device);
        const std::clock_t start = std::clock();
        float sum = 0;
        for (int layer = 1; layer <= layers; ++layer) sum += chip.program(layer, weights, matrix).weights[1];
        CHECK(std::isfinite(sum));
        return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    };
    config::DeviceConfig device;
    std::cout << "PCM at 20 s: " << seconds(device) << " s\n";
    device.time_s = 86400;
    device.drift_compensation = config::DriftCompensation::global;
    std::cout << "after a day, compensated: " << seconds(device) << " s\n";
    device.stuck_off_percent = 1;
    std::cout << "and stuck cells: " << seconds(device) << " s\n";
    device.wire_ohm = 1;
    std::cout << "and wires: " << seconds(device) << " s\n";
    device.cells_per_weight = 8;
    std::cout << "and 8 pairs a weight: " << seconds(device) << " s\n";
}
