// Reads in closed form against reads cell by cell, 20,000 of each. See docs/variation.md.
#include "tests/statistics/read_noise_cases.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <random>

using namespace quell;
using namespace quell::statistics;

namespace {

constexpr std::int64_t kSamples = 20000;

// How far the worst comparison is out of its bound.
double worst(const RandomTile& tile, Read closed_form, Read cell_by_cell,
             test::Cut cut = test::Cut::at_zero) {
    Comparisons comparisons;
    compare_reads(tile, closed_form, closed_form_samples(tile, closed_form, kSamples),
                  cell_by_cell_samples(tile, cell_by_cell, kSamples, cut), comparisons);
    return comparisons.worst();
}

}  // namespace

TEST_CASE("reads of 24 random tiles are those of their cells", "[statistics]") {
    const Read read = GENERATE(Read::output, Read::bit_serial);
    Comparisons comparisons;
    for (std::uint64_t number = 1; number <= kTiles; ++number) {
        const RandomTile tile(number);
        compare_reads(tile, read, closed_form_samples(tile, read, kSamples),
                      cell_by_cell_samples(tile, read, kSamples), comparisons);
    }
    INFO(comparisons.report());
    CHECK(comparisons.size() >= 3 * kTiles);
    CHECK(comparisons.alarms().empty());
}

TEST_CASE("a read that is not that of its cells raises the alarm", "[statistics]") {
    // Of generic cells, nine of ten at zero, so that the cut matters.
    RandomTile tile(2);
    REQUIRE(tile.device.preset == config::DevicePreset::generic);
    tile.device.read_percent = 10;
    for (std::size_t i = 0; i < tile.weights.size(); ++i) {
        if (i % 10 != 0) tile.weights[i] = 0;
    }
    SECTION("sound") {
        CHECK(worst(tile, Read::output, Read::output) < 1);
        CHECK(worst(tile, Read::bit_serial, Read::bit_serial) < 1);
    }
    SECTION("cells drawn anew at every step where they should hold still") {
        CHECK(worst(tile, Read::output, Read::bit_serial) > 1.5);
    }
    SECTION("cells that hold still where they should be drawn anew") {
        CHECK(worst(tile, Read::bit_serial, Read::output) > 1.5);
    }
    SECTION("conductances below zero") {
        CHECK(worst(tile, Read::output, Read::output, test::Cut::nowhere) > 1.5);
        CHECK(worst(tile, Read::bit_serial, Read::bit_serial, test::Cut::nowhere) > 1.5);
    }
}

TEST_CASE("bits read one after the other spread less than a whole word, by the digits' squares",
          "[statistics]") {
    // All words 0 to 255 alike, the sign bit idle: a digit of k bits, D = 2^k - 1, has a mean square of
    // D (2 D + 1) / 6, a word one of 255 * 511 / 6; the noise of a step counts with its place. Eight bits lie
    // on whole digits of 1, 2 and 4 bits with a zero digit above them.
    const int dac_bits = GENERATE(1, 2, 4);
    RandomTile tile(5);
    tile.tile.input_bits = 8 + dac_bits;
    tile.tile.dac_bits = dac_bits;
    tile.tile.rows = 256;
    tile.device.preset = config::DevicePreset::generic;
    tile.device.stuck_on_percent = tile.device.stuck_off_percent = 0;
    tile.device.read_percent = 1;
    tile.device.programming_percent = 0;
    tile.device.wire_ohm = 0;
    tile.device.cells_per_weight = 1;
    tile.device.time_s = 20;
    tile.matrix = {1, 256, 1};
    tile.weights.assign(256, 1.0F);  // all cells noisy alike
    tile.words.resize(256);
    for (int i = 0; i < 256; ++i) tile.words[static_cast<std::size_t>(i)] = i;
    tile.step = 1.0 / 256;
    const auto deviation = [&](Read read) {
        const Samples samples = closed_form_samples(tile, read, kSamples);
        double mean = 0, squares = 0;
        for (const double sample : samples.front()) mean += sample / static_cast<double>(kSamples);
        for (const double sample : samples.front()) squares += (sample - mean) * (sample - mean);
        return std::sqrt(squares / static_cast<double>(kSamples - 1));
    };
    const double largest = std::pow(2.0, dac_bits) - 1,
                 places = (std::pow(4.0, 8) - 1) / (std::pow(4.0, dac_bits) - 1);
    const double expected = std::sqrt(largest * (2 * largest + 1) / 6 * places / (255.0 * 511 / 6));
    // The standard error of the ratio is 1 / sqrt(20,000): 0.7 %.
    CHECK(deviation(Read::bit_serial) / deviation(Read::output) == Approx(expected).epsilon(0.045));
}

// Prints docs/variation.md's table.
TEST_CASE("a table of the noise of both reads", "[.][read table]") {
    const auto ratio = [](bool signs, double spread, int input_bits, int dac_bits) {
        RandomTile tile(1);  // PCM
        tile.device = {};
        tile.device.time_s = 3600;
        tile.tile.rows = 128;
        tile.tile.input_bits = input_bits;
        tile.tile.dac_bits = dac_bits;
        tile.matrix = {1, 128, 1};
        std::mt19937 generator(1);
        std::normal_distribution<double> normal;
        tile.weights.resize(128);
        tile.words.resize(128);
        const double largest = std::pow(2.0, input_bits - 1) - 1;
        for (float& weight : tile.weights) weight = static_cast<float>(normal(generator));
        for (int& word : tile.words) {
            const double x = std::clamp(normal(generator) * spread, -1.0, 1.0);
            word = static_cast<int>(std::nearbyint((signs ? x : std::max(0.0, x)) * largest));
        }
        tile.step = 1 / largest;
        const auto variance = [&](Read read) { return cell_variance(tile, read); };
        return std::sqrt(variance(Read::bit_serial) / variance(Read::output));
    };
    for (const bool signs : {false, true}) {
        for (const double spread : {0.3, 0.05}) {
            for (const int input_bits : {8, 16}) {
                std::cout << (signs ? "normal" : "normal, cut at zero") << ", spread " << spread
                          << " of full scale, " << input_bits << " bits:";
                for (const int dac_bits : {1, 2, 4, input_bits}) {
                    std::cout << ' ' << ratio(signs, spread, input_bits, dac_bits);
                }
                std::cout << '\n';
            }
        }
    }
}
