// Reads in closed form against reads cell by cell, 20,000 of each. See docs/variation.md.
#include "tests/statistics/read_noise_cases.h"
#include "tests/support/catch.h"

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
