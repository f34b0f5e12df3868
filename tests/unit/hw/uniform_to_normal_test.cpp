#include "hw/uniform_to_normal.h"

#include "models/base/error.h"
#include "models/numeric/lfsr.h"
#include "models/timing/denoiser_latency.h"
#include "tests/support/systemc_fixture.h"

#include <deque>
#include <random>

using namespace quell;

namespace {

// docs/timing.md, section 1: normalise 1, polynomials 2, root 20, product 1.
constexpr int kStages = 1 + 2 + 20 + 1;

struct Bench {
    numeric::BoxMuller tables;
    bool clear = false, enable = false, valid_in = false;
    std::uint64_t u1 = 0, u2 = 0;
    hw::UniformToNormal unit;

    Bench(int width, int normals_per_pair) : tables(width), unit("unit", tables, normals_per_pair) {}

    // One rising edge, driven as the lane does: clear goes before enable.
    void step() {
        if (clear) {
            unit.clear();
        } else if (enable) {
            unit.step(valid_in, u1, u2);
        }
    }
    void step(std::uint64_t first, std::uint64_t second) {
        enable = true;
        valid_in = true;
        u1 = first;
        u2 = second;
        step();
    }
};

struct Pair {
    std::int16_t first, second;
    int edges_left;
};

}  // namespace

TEST_CASE_METHOD(test::SystemCFixture, "Box-Muller in 24 stages: U1 = 1/2 on the four axes, by hand") {
    // sqrt(2 ln 2) = 1.177410, times 4096: 4822.67. Halves of a turn's step are far below one of these units.
    const auto [turn, first, second] = GENERATE(table<std::uint64_t, int, int>(
        {{0, 4823, 0}, {0x40000000, 0, 4823}, {0x80000000, -4823, 0}, {0xC0000000, 0, -4823}}));
    Bench bench(32, 2);
    bench.step(0x80000000, turn);
    bench.valid_in = false;
    for (int edge = 2; edge < kStages; ++edge) {
        bench.step();
        REQUIRE_FALSE(bench.unit.valid());
    }
    bench.step();
    CHECK(bench.unit.valid());
    CHECK(bench.unit.normal_1() == first);
    CHECK(bench.unit.normal_2() == second);
    bench.step();
    CHECK_FALSE(bench.unit.valid());
}

TEST_CASE_METHOD(test::SystemCFixture,
                 "Box-Muller in stages gives the model's bits through stalls and bubbles") {
    const int width = GENERATE(16, 20, 23, 24, 32, 52, 53, 64);
    const int per_pair = GENERATE(1, 2);
    GIVEN("the pipeline and a random stream of pairs, some at the ends of the range") {
        Bench bench(width, per_pair);
        std::mt19937_64 random(static_cast<unsigned>(100 * width + per_pair));
        const std::uint64_t period = numeric::lfsr_period(width);
        const auto draw = [&]() -> std::uint64_t {
            switch (random() % 8) {
                case 0:
                    return 1;
                case 1:
                    return period;
                case 2:
                    return std::uint64_t{1} << random() % static_cast<unsigned>(width);
                default:
                    return random() % period + 1;
            }
        };
        std::deque<Pair> in_flight;
        int pairs = 0, clears = 0;
        std::int16_t kept_1 = 0, kept_2 = 0;
        bool kept_valid = false;
        WHEN("pairs come in bursts, enable falls and rises, and the pipeline is cleared now and then") {
            for (int cycle = 0; cycle < 4000; ++cycle) {
                // Every third of the run: dense, with stalls, sparse enough to run empty.
                const unsigned style = static_cast<unsigned>(cycle / 1334);
                const bool clear = random() % 400 == 0;
                const bool enable = style == 0 || random() % 4 != 0;
                const bool valid = style == 2 ? cycle / 40 % 2 == 0 && random() % 8 == 0 : random() % 16 != 0;
                bench.clear = clear;
                bench.enable = enable;
                bench.valid_in = valid;
                bench.u1 = draw();
                bench.u2 = draw();
                bench.step();
                if (clear) {
                    in_flight.clear();
                    kept_valid = false;
                    ++clears;
                } else if (enable) {
                    if (valid) {
                        const std::uint64_t u1 = bench.u1, u2 = bench.u2;
                        in_flight.push_back({bench.tables.first(u1, u2),
                                             per_pair == 2 ? bench.tables.second(u1, u2) : numeric::Word{0},
                                             kStages});
                    }
                    for (Pair& pair : in_flight) --pair.edges_left;
                    kept_valid = !in_flight.empty() && in_flight.front().edges_left == 0;
                    if (kept_valid) {
                        kept_1 = in_flight.front().first;
                        kept_2 = in_flight.front().second;
                        in_flight.pop_front();
                        ++pairs;
                    }
                }
                if (bench.unit.valid() != kept_valid || bench.unit.normal_1() != kept_1 ||
                    bench.unit.normal_2() != kept_2) {
                    INFO("width " << width << ", cycle " << cycle);
                    REQUIRE(bench.unit.valid() == kept_valid);
                    REQUIRE(bench.unit.normal_1() == kept_1);
                    REQUIRE(bench.unit.normal_2() == kept_2);
                }
            }
            THEN("every output of every cycle is the expected one") {
                CHECK(pairs > 1000);
                CHECK(clears > 2);
            }
        }
    }
}

TEST_CASE_METHOD(test::SystemCFixture,
                 "Box-Muller refuses a zero register and other than one or two normals") {
    const numeric::BoxMuller tables(32);
    REQUIRE_THROWS_WITH(hw::UniformToNormal("three", tables, 3),
                        test::contains("gives 1 or 2 normal ones, 3"));
    Bench bench(32, 1);
    REQUIRE_THROWS_WITH(bench.step(0, 5), test::contains("unit: u1 is zero"));
}
