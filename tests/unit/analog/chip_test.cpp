#include "models/analog/device/chip.h"

#include "models/base/error.h"
#include "tests/support/catch.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <set>

using namespace quell;
using analog::Chip;
namespace {
Approx approx(double value) {
    return Approx(value).epsilon(1e-6).margin(1e-9);
}
}  // namespace

namespace {

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
    const analog::LayerOnChip layer = Chip(generic()).program(1, weights);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        CHECK(layer.weights[i] == approx(static_cast<double>(weights[i])));
    }
    CHECK(layer.variances.empty());
    CHECK(Chip(generic()).program(1, std::vector<float>(3, 0.0F)).weights == std::vector<float>(3, 0.0F));
}

TEST_CASE("cells are off by the error of programming") {
    GIVEN("PCM cells that were asked for Gmax, and their partners that were asked for nothing") {
        config::DeviceConfig config;  // pcm at 20 s: no drift yet
        const analog::LayerOnChip layer = Chip(config).program(1, std::vector<float>(kWeights, 3.0F));
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
        check_moments(Chip(config).program(1, std::vector<float>(kWeights, -1.0F)).weights, -1, 0.0016);
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
    check_moments(Chip(config).program(1, std::vector<float>(kWeights, 1.0F)).weights, mean,
                  second - mean * mean);
    SECTION("and global compensation brings their sum back") {
        config.drift_compensation = config::DriftCompensation::global;
        const analog::LayerOnChip layer = Chip(config).program(1, std::vector<float>(kWeights, 1.0F));
        CHECK(std::accumulate(layer.weights.begin(), layer.weights.end(), 0.0) ==
              approx(static_cast<double>(kWeights)));
        CHECK(layer.compensation == approx(1 / mean).epsilon(1e-3));
    }
}

TEST_CASE("a percent of stuck cells is a percent, to the cell") {
    const std::int64_t weights = GENERATE(1, 7, 50, 1000, 12345);
    const double on = GENERATE(0.0, 1.0, 33.3), off = GENERATE(0.0, 5.0, 50.0);
    config::DeviceConfig config = generic();
    config.stuck_on_percent = on;
    config.stuck_off_percent = off;
    // All pairs hold (0.5, 0) but one that makes the largest weight: a cell at 0.5 or 0 was not stuck on.
    std::vector<float> values(static_cast<std::size_t>(weights), 0.5F);
    values.back() = 1;
    const analog::LayerOnChip layer = Chip(config).program(4, values);
    std::int64_t stuck_on = 0, lost = 0;
    for (std::size_t i = 0; i + 1 < values.size(); ++i) {
        // (1, 0), (0.5, 1), (1, 1), (0, 0), (0, 1) and what was asked for
        const float w = layer.weights[i];
        stuck_on += w == 1.0F || w == -0.5F || w == -1.0F;
        lost += w == 0.0F || w == -1.0F;
    }
    const auto cells = static_cast<double>(2 * weights);
    const std::int64_t expected_on = std::llround(on / 100 * cells);
    CHECK(analog::stuck_cells(on, 2 * weights) == expected_on);
    const auto drawn_on = analog::draw_cells(config.chip_seed, 4, 2 * weights, 0, expected_on);
    const std::int64_t expected_off =
        std::min<std::int64_t>(2 * weights - expected_on, std::llround(off / 100 * cells));
    const auto drawn_off = analog::draw_cells(config.chip_seed, 4, 2 * weights, expected_on, expected_off);
    std::set<std::int64_t> all(drawn_on.begin(), drawn_on.end());
    all.insert(drawn_off.begin(), drawn_off.end());
    CHECK(static_cast<std::int64_t>(all.size()) == expected_on + expected_off);
    if (!all.empty()) {
        CHECK(*all.begin() >= 0);
        CHECK(*all.rbegin() < 2 * weights);
    }
    CHECK(stuck_on <= expected_on);
    if (on == 0) CHECK(lost <= expected_off);
    if (on == 0 && off == 0) CHECK(lost == 0);
}

TEST_CASE("stuck cells are drawn anywhere alike") {
    // 2,000 chips, 10 of 100 cells each: every cell about 200 times. The sum of squared deviations over the
    // variance of one count is near chi-square with 99 degrees of freedom, of which 1e-7 lie above 186.
    std::vector<int> counts(100, 0);
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        for (const std::int64_t cell : analog::draw_cells(seed, 3, 100, 5, 10)) {
            ++counts[static_cast<std::size_t>(cell)];
        }
    }
    double sum = 0;
    for (const int count : counts) sum += (count - 200.0) * (count - 200.0) / 180.0;
    CHECK(sum < 186);
    CHECK(sum > 40);
}

TEST_CASE("a seed is a chip") {
    config::DeviceConfig config;
    config.time_s = 3600;
    config.stuck_off_percent = 1;
    const std::vector<float> weights{0.5F, -0.25F, 0, 2, -2, 0.1F, 0.7F};
    const analog::LayerOnChip first = Chip(config).program(2, weights);
    CHECK(Chip(config).program(2, weights).weights == first.weights);
    CHECK(Chip(config).program(3, weights).weights != first.weights);
    config.chip_seed = 2;
    CHECK(Chip(config).program(2, weights).weights != first.weights);
}

TEST_CASE("reads vary by what the cells say, in the weights' unit") {
    config::DeviceConfig config = generic();
    config.read_percent = 10;
    const analog::LayerOnChip layer = Chip(config).program(1, std::vector<float>{4, -4});
    // Of (1, 0): 0.1^2 of the one, 0.1^2 * 0.34084506 of the other, whose mean is 0.1 * 0.39894228.
    CHECK(layer.variances[0] == approx(16 * 0.01 * 1.34084506));
    CHECK(layer.variances[1] == approx(16 * 0.01 * 1.34084506));
    CHECK(layer.weights[0] == approx(4 * (1 - 0.039894228)));
    CHECK(layer.weights[1] == approx(-4 * (1 - 0.039894228)));
}

TEST_CASE("a weight that is no number is refused") {
    const std::vector<float> weights{1, std::numeric_limits<float>::quiet_NaN()};
    CHECK_THROWS_WITH(Chip(generic()).program(7, weights),
                      test::contains("product 7: weight 1 is nan, expected a finite number"));
}
