#include "tests/statistics/noise_cases.h"

#include "tests/statistics/checks.h"
#include "tests/support/catch.h"

#include <fmt/format.h>

namespace quell::statistics {

namespace {

// Measured over 4 * 10^8 samples, to 5 * 10^-5: docs/statistics.md, "Closely spaced taps".
double magnitudes_of_neighbours(const Generator& generator) {
    return generator.width == 64 && generator.normals_per_pair == 1 ? 0.00112 : 0;
}

}  // namespace

void expect_sound_normals(const Generator& generator, std::uint64_t seed, std::int64_t samples) {
    Comparisons comparisons;
    const Histogram words = check_normals(normals(generator, seed), generator.lanes, samples, comparisons,
                                          magnitudes_of_neighbours(generator));
    WARN(fmt::format(
        "{} bits, {} lanes, {} normals a pair, {} samples a lane: mean {:.3g}, variance 1 {:+.3g}, "
        "third moment {:.3g}, fourth 3 {:+.3g}, Kolmogorov-Smirnov {:.3g}, {} beyond 5 sigma; {}",
        generator.width, generator.lanes, generator.normals_per_pair, samples, words.moment(1),
        words.moment(2) - 1, words.moment(3), words.moment(4) - 3, words.distance_from_normal(),
        words.beyond(5), comparisons.report()));
    CHECK(comparisons.size() == comparisons_of_normals(generator.lanes));
    CHECK(comparisons.alarms().empty());
    // Where at least 20 are expected: none at all would come once in 5 * 10^8 runs.
    if (static_cast<double>(words.samples()) * normal_beyond(5) > 20) CHECK(words.beyond(5) > 0);
}

void expect_sound_registers(const Generator& generator, std::uint64_t seed, std::int64_t samples) {
    Comparisons comparisons;
    check_registers(registers(generator, seed), 2 * generator.lanes, samples, comparisons);
    WARN(fmt::format("{} bits, {} lanes, {} words a register: {}", generator.width, generator.lanes, samples,
                     comparisons.report()));
    CHECK(comparisons.size() == comparisons_of_registers(2 * generator.lanes));
    CHECK(comparisons.alarms().empty());
}

}  // namespace quell::statistics
