// The same at 2 * 10^7 samples of each lane and each register. See docs/statistics.md.
#include "tests/statistics/noise_cases.h"
#include "tests/statistics/seed.h"
#include "tests/support/catch.h"

using namespace quell::statistics;

namespace {

constexpr std::int64_t kSamples = 20000000;

}  // namespace

TEST_CASE("twenty million normals of each lane are those of N(0,1), independent", "[statistics]") {
    const std::uint64_t seed = announced_seed();
    for (const Generator& generator : normal_generators()) expect_sound_normals(generator, seed, kSamples);
}

TEST_CASE("twenty million words of each register are uncorrelated", "[statistics]") {
    const std::uint64_t seed = announced_seed();
    for (const Generator& generator : register_generators()) {
        expect_sound_registers(generator, seed, kSamples);
    }
}
