#include "models/numeric/box_muller.h"
#include "models/numeric/lfsr.h"
#include "tests/support/catch.h"
#include "tests/unit/numeric/normal_errors.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace quell;
using namespace quell::numeric;

namespace {

double uniform(std::uint64_t state, int width) {
    return std::ldexp(static_cast<double>(state), -width);
}

// The bounds that docs/numerics.md states.
constexpr double kLogBound = 4e-7, kCosineBound = 1.0 / 65536;
constexpr double kRootBound = 1.2 / 65536, kRootBoundNextToOne = 3.2e-4;

}  // namespace

TEST_CASE("logarithm and cosine stay within their bounds at every 16-bit state", "[box_muller]") {
    const BoxMuller unit(16);
    double log_error = 0, cosine_error = 0, sine_error = 0;
    for (std::uint64_t state = 1; state < 65536; ++state) {
        const double u = uniform(state, 16), angle = 2 * std::numbers::pi * u;
        log_error = std::max(
            log_error, std::abs(std::ldexp(static_cast<double>(unit.minus_log(state)), -30) + std::log(u)));
        cosine_error = std::max(cosine_error, std::abs(unit.cosine(state) / 65536.0 - std::cos(angle)));
        sine_error = std::max(sine_error, std::abs(unit.sine(state) / 65536.0 - std::sin(angle)));
    }
    CHECK(log_error < kLogBound);
    CHECK(cosine_error < kCosineBound);
    CHECK(sine_error < kCosineBound);
}

TEST_CASE("the root is the floor of the exact one at every 16-bit state", "[box_muller]") {
    const BoxMuller unit(16);
    double error = 0;
    for (std::uint64_t state = 1; state < 65536; ++state) {
        const auto square = static_cast<std::uint64_t>(8 * unit.minus_log(state));
        const std::uint64_t root = unit.radius(state);
        if (root * root > square || (root + 1) * (root + 1) <= square) FAIL("state " << state);
        const double exact = std::sqrt(-2 * std::log(uniform(state, 16)));
        error = std::max(error, std::abs(static_cast<double>(root) / 65536 - exact));
    }
    CHECK(error < kRootBound);
}

TEST_CASE("next to U1 = 1 the root of the wider registers stays within its bound", "[box_muller]") {
    // Only 24 bits of U1 are read: what is nearer to 1 than 2^-24 counts as 2^-24 / 2 or so away from it.
    for (int width : {20, 24, 32, 48, 64}) {
        const BoxMuller unit(width);
        double error = 0;
        for (int bits = 0; bits < width - 1; ++bits) {  // 2^bits .. 2^(bits+1) below the end
            for (std::uint64_t part = 0; part < 4096; ++part) {
                const std::uint64_t below = (std::uint64_t{1} << bits) + (part << bits >> 12);
                const std::uint64_t state = lfsr_period(width) - (below - 1);
                const double gap = std::ldexp(static_cast<double>(below), -width);  // 1 - U1
                const double exact = std::sqrt(-2 * std::log1p(-gap));
                error = std::max(error, std::abs(unit.radius(state) / 65536.0 - exact));
            }
        }
        INFO("width " << width << ": " << error);
        CHECK(error < kRootBoundNextToOne);
    }
}

TEST_CASE("the whole of Box-Muller at 16 bits, every U1 with every 64th U2", "[box_muller]") {
    for (const bool second : {false, true}) {
        const test::NormalErrors errors = test::normal_errors_at_16_bits(64, second);
        CAPTURE(second, errors.in_steps, errors.in_steps_near_one);
        CHECK(errors.in_steps < test::kNormalBound);
        CHECK(errors.in_steps_near_one < test::kNormalBound);
        CHECK(errors.pairs == std::int64_t{65535} * 1023);
    }
}

TEST_CASE("the same bounds hold over a walk through wider states", "[box_muller]") {
    for (int width : {20, 24, 25, 32, 48, 64}) {
        const BoxMuller unit(width);
        const LfsrLeap leap(width);
        double log_error = 0, cosine_error = 0, normal_error = 0;
        std::uint64_t u1 = 1, u2 = 3;
        for (int k = 0; k < 200000; ++k) {
            u1 = leap(u1);
            u2 = leap(u2);
            const double log = -std::log(uniform(u1, width));
            const double cosine = std::cos(2 * std::numbers::pi * uniform(u2, width));
            log_error =
                std::max(log_error, std::abs(std::ldexp(static_cast<double>(unit.minus_log(u1)), -30) - log));
            cosine_error = std::max(cosine_error, std::abs(unit.cosine(u2) / 65536.0 - cosine));
            const double radius = std::sqrt(2 * log);
            if (radius > 0.01 && radius < 7.9) {
                normal_error =
                    std::max(normal_error, std::abs(unit.first(u1, u2) / 4096.0 - radius * cosine));
            }
        }
        INFO("width " << width);
        CHECK(log_error < kLogBound);
        CHECK(cosine_error < kCosineBound);
        CHECK(normal_error < 0.75 / 4096);
    }
}

TEST_CASE("the tail ends where the width says", "[box_muller]") {
    for (int width : {16, 19, 32}) {
        const BoxMuller unit(width);
        const double farthest = std::sqrt(2 * width * std::numbers::ln2);
        INFO("width " << width);
        CHECK(unit.first(1, 0) / 4096.0 == Approx(farthest).margin(1.0 / 4096));  // U2 = 0: cos = 1
    }
    // 19 bits are the fewest that reach 5 sigma; 16 end at 4.71.
    CHECK(BoxMuller(19).first(1, 0) > 5 * 4096);
    CHECK(BoxMuller(16).first(1, 0) < 4.72 * 4096);
}

TEST_CASE("Z1 and Z2 lie on one circle", "[box_muller]") {
    const BoxMuller unit(32);
    const LfsrLeap leap(32);
    std::uint64_t u1 = 77, u2 = 99;
    for (int k = 0; k < 1000; ++k) {
        u1 = leap(u1);
        u2 = leap(u2);
        const double z1 = unit.first(u1, u2) / 4096.0, z2 = unit.second(u1, u2) / 4096.0;
        // The paper calls Z1^2 + Z2^2 constant; it is -2 ln U1.
        CHECK(z1 * z1 + z2 * z2 == Approx(-2 * std::log(uniform(u1, 32))).margin(0.01));
    }
}

TEST_CASE("a million normals have the moments of N(0,1)", "[box_muller]") {
    // Fixed registers, so the test cannot flicker; five standard errors of each moment would be met by chance
    // once in 1.7 million draws of the starting states.
    const int width = 32, count = 1000000;
    const BoxMuller unit(width);
    const LfsrLeap leap(width);
    std::uint64_t u1 = 0x12345678, u2 = 0x9ABCDEF0;
    double sum[5] = {};
    for (int k = 0; k < count; ++k) {
        u1 = leap(u1);
        u2 = leap(u2);
        const double z = unit.first(u1, u2) / 4096.0;
        double power = 1;
        for (double& moment : sum) {
            moment += power;
            power *= z;
        }
    }
    const double n = count;
    CHECK(std::abs(sum[1] / n) < 5 / std::sqrt(n));
    CHECK(std::abs(sum[2] / n - 1) < 5 * std::sqrt(2 / n));
    CHECK(std::abs(sum[3] / n) < 5 * std::sqrt(15 / n));
    CHECK(std::abs(sum[4] / n - 3) < 5 * std::sqrt(96 / n));
}
