#include "hw/lfsr.h"

#include "tests/support/systemc_fixture.h"

#include <random>

using namespace quell;

namespace {

// The register driven as the lane does: a step is one rising edge, at which load goes before enable.
struct Bench {
    numeric::LfsrLeap leap;
    std::uint64_t seed = 0;
    hw::Lfsr unit;

    explicit Bench(int width) : leap(width), unit("lfsr", leap) {}

    void step(bool load, bool enable) {
        if (load) {
            unit.load(seed);
        } else if (enable) {
            unit.advance();
        }
    }
};

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "the LFSR of 16 bits leaps 16 steps in a cycle, by hand") {
    // Taps 16, 15, 13, 4: mask 0xD008. 1 -> D008 6804 3402 1A01 DD08 6E84 3742 1BA1 DDD8 6EEC 3776 1BBB DDD5
    // BEE2 5F71 FFB0.
    Bench bench(16);
    bench.seed = 1;
    bench.step(true, false);
    REQUIRE(bench.unit.state() == 1);
    bench.step(false, true);
    CHECK(bench.unit.state() == 0xFFB0);
}

TEST_CASE_METHOD(test::SystemCFixture, "the LFSR leaps as far as one-bit steps do, and only when enabled") {
    const int width = GENERATE(16, 20, 24, 32, 52, 53, 64);
    GIVEN("a register of a width, and the same stepped bit by bit") {
        Bench bench(width);
        std::mt19937_64 random(static_cast<unsigned>(width));
        const std::uint64_t feedback = numeric::lfsr_feedback(width);
        const int leap = numeric::lfsr_leap(width);
        std::uint64_t expected = 0;
        int advances = 0;
        WHEN("it is loaded, advanced, held and loaded again at random") {
            for (int cycle = 0; cycle < 2000; ++cycle) {
                const bool load = cycle == 0 || random() % 100 == 0, enable = random() % 8 < cycle / 250U;
                if (load) bench.seed = random() % numeric::lfsr_period(width) + 1;
                bench.step(load, enable);
                if (load) {
                    expected = bench.seed;
                } else if (enable) {
                    for (int bit = 0; bit < leap; ++bit) expected = numeric::lfsr_step(expected, feedback);
                    ++advances;
                }
                INFO("width " << width << ", cycle " << cycle);
                if (bench.unit.state() != expected) REQUIRE(bench.unit.state() == expected);
            }
            THEN("both agree in every cycle") {
                CHECK(advances > 500);
            }
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture, "the LFSR refuses seeds that are none") {
    const int width = GENERATE(16, 32, 64);
    Bench bench(width);
    SECTION("zero") {
        bench.seed = 0;
        REQUIRE_THROWS_WITH(bench.step(true, false), test::contains("lfsr: the seed of an LFSR of " +
                                                                    std::to_string(width) + " bits is 1 to"));
    }
    SECTION("wider than the register") {
        if (width == 64) return;
        bench.seed = std::uint64_t{1} << width;
        REQUIRE_THROWS_WITH(bench.step(true, false), test::contains("1 to"));
    }
    SECTION("none at all") {
        REQUIRE_THROWS_WITH(bench.step(false, true),
                            test::contains("lfsr: advanced before a seed was loaded"));
    }
}
