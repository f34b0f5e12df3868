#include "models/denoiser/noise_lanes.h"
#include "tests/support/catch.h"

#include <random>
#include <set>
#include <vector>

using namespace quell;

TEST_CASE("base seeds differ by seed, image and site and are never zero", "[denoiser]") {
    std::set<std::uint64_t> seen;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        for (std::uint64_t image = 0; image < 50; ++image) {
            for (std::uint32_t site = 0; site < 4; ++site) {
                const std::uint64_t base = denoiser::base_seed({seed, image, site}, 48);
                CHECK(base != 0);
                CHECK(base <= numeric::lfsr_period(48));
                CHECK(seen.insert(base).second);
            }
        }
    }
    for (std::uint64_t image = 0; image < 200000; ++image) {
        if (denoiser::base_seed({1, image, 0}, 16) == 0) FAIL("zero at image " << image);
    }
}

TEST_CASE("with two normals a pair, Z2 follows its Z1", "[denoiser]") {
    const denoiser::NoiseSource one(32, 3, 1), two(32, 3, 2);
    denoiser::NoiseLanes first(one, 99), both(two, 99);
    const auto starts = numeric::LfsrStreams(32, 6).starts(99);
    const numeric::BoxMuller unit(32);
    for (int lane = 0; lane < 3; ++lane) {
        std::uint64_t u1 = starts[2 * static_cast<std::size_t>(lane)],
                      u2 = starts[2 * static_cast<std::size_t>(lane) + 1];
        const numeric::LfsrLeap leap(32);
        for (int k = 0; k < 10; ++k) {
            CHECK(first.next(lane) == unit.first(u1, u2));
            CHECK(both.next(lane) == unit.first(u1, u2));
            CHECK(both.next(lane) == unit.second(u1, u2));
            u1 = leap(u1);
            u2 = leap(u2);
        }
    }
    CHECK(two.normals_per_lane() == 2 * one.normals_per_lane());
}

TEST_CASE("cancellation rounds once", "[denoiser]") {
    denoiser::FractionBits fraction;
    fraction.x = 8;
    fraction.mean_out = 10;
    const denoiser::Canceller mean_only(fraction, false);
    // 100/256 - 6/1024 = 394/1024 = 98.5/256: the half goes up.
    CHECK(mean_only.cancel_mean(100, 6) == 99);
    CHECK(mean_only.cancel_mean(-100, -6) == -98);  // -98.5
    CHECK(mean_only.cancel_mean(32767, -32768) == 32767);
    const denoiser::Canceller sampled(fraction, true);
    CHECK(sampled.cancel(100, 6, -5, 32767) == 99);  // a negative variance is zero
    // Variance 1.0 (4096 at 12 bits), normal 1.0: 100/256 - 6/1024 - 1 = -157.5/256 -> -157.
    CHECK(sampled.cancel(100, 6, 4096, 4096) == -157);
}

TEST_CASE("runs of any lengths and lanes draw what lane after lane draws", "[denoiser]") {
    std::mt19937 random(31337);
    for (int trial = 0; trial < 200; ++trial) {
        const int width = 16 + trial % 49, most_lanes = 1 + static_cast<int>(random() % 9);
        const denoiser::NoiseSource source(width, most_lanes, trial % 5 == 0 ? 2 : 1);
        const std::uint64_t base = 1 + random() % 60000;
        denoiser::NoiseLanes many(source, base), one(source, base);
        int lane = 0, lanes = most_lanes;
        for (int run = 0; run < 12; ++run) {
            const auto kind = random() % 4;
            if (kind == 0) {  // a new tile
                lane = 0;
                lanes = 1 + static_cast<int>(random() % static_cast<unsigned>(most_lanes));
            } else if (kind == 2) {
                const int some = static_cast<int>(random() % 3000);
                many.skip(lane, lanes, some);
                for (int k = 0; k < some; ++k) {
                    one.next(lane);
                    lane = lane + 1 == lanes ? 0 : lane + 1;
                }
            } else if (kind == 1) {
                const int some = static_cast<int>(random() % static_cast<unsigned>(most_lanes));
                REQUIRE(many.next(some) == one.next(some));
            }
            std::vector<denoiser::Word> normals(random() % (run % 2 == 0 ? 2000 : 60));
            many.fill(lane, lanes, normals);
            for (const denoiser::Word normal : normals) {
                if (normal != one.next(lane))
                    FAIL("width " << width << ", trial " << trial << ", run " << run);
                lane = lane + 1 == lanes ? 0 : lane + 1;
            }
        }
    }
}
