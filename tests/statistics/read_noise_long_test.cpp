// The same with as many reads as it takes to tell a ratio of the deviations of 1.01 from 1. See
// docs/variation.md.
#include "tests/statistics/read_noise_cases.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <iostream>

using namespace quell::statistics;

TEST_CASE("deviations of reads of 24 random tiles are within 1 % of their cells'", "[statistics]") {
    const Read read = GENERATE(Read::output, Read::bit_serial);
    Comparisons comparisons;
    for (std::uint64_t number = 1; number <= kTiles; ++number) {
        const RandomTile tile(number);
        const std::int64_t samples = samples_for_ratio(tile, read, 0.01);
        CHECK(samples > 300'000);
        compare_reads(tile, read, closed_form_samples(tile, read, samples),
                      cell_by_cell_samples(tile, read, samples), comparisons);
    }
    std::cout << comparisons.report() << '\n';
    INFO(comparisons.report());
    CHECK(comparisons.size() >= 3 * kTiles);
    CHECK(comparisons.alarms().empty());
}
