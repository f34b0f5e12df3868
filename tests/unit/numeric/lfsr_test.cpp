#include "models/numeric/lfsr.h"
#include "models/base/error.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

using namespace quell;
using namespace quell::numeric;

namespace {

std::uint64_t multiply(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(a) * b % modulus);
}

// Miller-Rabin; the first twelve primes as bases decide every 64-bit number.
bool is_prime(std::uint64_t n) {
    if (n < 2) return false;
    const std::vector<std::uint64_t> bases{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
    for (const std::uint64_t p : bases) {
        if (n % p == 0) return n == p;
    }
    std::uint64_t odd = n - 1;
    int twos = 0;
    for (; odd % 2 == 0; odd /= 2) ++twos;
    for (const std::uint64_t base : bases) {
        std::uint64_t x = 1;
        for (std::uint64_t e = odd, power = base; e != 0; e /= 2, power = multiply(power, power, n)) {
            if (e % 2 != 0) x = multiply(x, power, n);
        }
        bool composite = x != 1 && x != n - 1;
        for (int k = 1; composite && k < twos; ++k) {
            x = multiply(x, x, n);
            composite = x != n - 1;
        }
        if (composite) return false;
    }
    return true;
}

// A proper factor of a composite number: trial division for small ones, Pollard's rho for the rest.
std::uint64_t factor_of(std::uint64_t n) {
    for (std::uint64_t p = 2; p < 1000; ++p) {
        if (n % p == 0) return p;
    }
    for (std::uint64_t c = 1;; ++c) {
        const auto next = [&](std::uint64_t x) {
            return static_cast<std::uint64_t>((static_cast<unsigned __int128>(x) * x + c) % n);
        };
        std::uint64_t slow = 2, fast = 2, divisor = 1;
        while (divisor == 1) {
            slow = next(slow);
            fast = next(next(fast));
            divisor = std::gcd(slow > fast ? slow - fast : fast - slow, n);
        }
        if (divisor != n) return divisor;
    }
}

// With repetitions.
std::vector<std::uint64_t> prime_factors(std::uint64_t n) {
    if (n == 1) return {};
    if (is_prime(n)) return {n};
    const std::uint64_t factor = factor_of(n);
    std::vector<std::uint64_t> factors = prime_factors(factor), rest = prime_factors(n / factor);
    factors.insert(factors.end(), rest.begin(), rest.end());
    return factors;
}

}  // namespace

TEST_CASE("the default register is the one of docs/numerics.md", "[lfsr]") {
    CHECK(lfsr_feedback(32) == 0x80200003);
    CHECK(lfsr_step(1, lfsr_feedback(32)) == 0x80200003);
    CHECK(lfsr_step(2, lfsr_feedback(32)) == 1);
}

TEST_CASE("registers of up to 24 bits visit every state but zero", "[lfsr]") {
    for (int width = kNarrowestLfsr; width <= 24; ++width) {
        const std::uint64_t feedback = lfsr_feedback(width);
        std::uint64_t state = 1, steps = 0;
        do {
            state = lfsr_step(state, feedback);
            ++steps;
        } while (state != 1 && steps <= lfsr_period(width));
        INFO("width " << width);
        CHECK(steps == lfsr_period(width));
    }
}

TEST_CASE("factors are those of the published tables", "[lfsr]") {
    // Brillhart et al., Factorizations of b^n +- 1.
    const auto sorted_factors = [](int width) {
        auto factors = prime_factors(lfsr_period(width));
        std::sort(factors.begin(), factors.end());
        return factors;
    };
    using Factors = std::vector<std::uint64_t>;
    CHECK(sorted_factors(29) == Factors{233, 1103, 2089});
    CHECK(sorted_factors(32) == Factors{3, 5, 17, 257, 65537});
    CHECK(sorted_factors(48) == Factors{3, 3, 5, 7, 13, 17, 97, 241, 257, 673});
    CHECK(sorted_factors(59) == Factors{179951, 3203431780337});
    CHECK(sorted_factors(61) == Factors{2305843009213693951});
    CHECK(sorted_factors(64) == Factors{3, 5, 17, 257, 641, 65537, 6700417});
    CHECK(!is_prime(3215031751));  // a strong pseudoprime to the bases 2, 3, 5 and 7
}

TEST_CASE("every width has the full period", "[lfsr]") {
    // The order of the step divides 2^w - 1, and no quotient of 2^w - 1 by one of its prime factors.
    for (int width = kNarrowestLfsr; width <= kWidestLfsr; ++width) {
        const std::uint64_t period = lfsr_period(width);
        INFO("width " << width);
        CHECK(LfsrMap::jump(width, period)(1) == 1);
        const auto factors = prime_factors(period);
        CHECK(std::accumulate(factors.begin(), factors.end(), std::uint64_t{1}, std::multiplies<>()) ==
              period);
        for (const std::uint64_t factor : factors) {
            INFO("factor " << factor);
            CHECK(is_prime(factor));
            CHECK(LfsrMap::jump(width, period / factor)(1) != 1);
        }
    }
}

TEST_CASE("the leap is the smallest step of a word or more that keeps the period", "[lfsr]") {
    // By hand: 2^18-1 = 3^3 7 19 73, 2^20-1 = 3 5^2 11 31 41, 2^24-1 = 3^2 5 7 13 17 241.
    CHECK(lfsr_leap(16) == 16);
    CHECK(lfsr_leap(18) == 20);
    CHECK(lfsr_leap(20) == 23);
    CHECK(lfsr_leap(24) == 29);
    CHECK(lfsr_leap(32) == 32);
    for (int width = kNarrowestLfsr; width <= kWidestLfsr; ++width) {
        CHECK(lfsr_leap(width) >= width);
        CHECK(std::gcd(static_cast<std::uint64_t>(lfsr_leap(width)), lfsr_period(width)) == 1);
    }
}

TEST_CASE("a leap is that many steps", "[lfsr]") {
    for (int width : {16, 18, 31, 32, 47, 64}) {
        const LfsrLeap leap(width);
        std::uint64_t state = 0x9E3779B97F4A7C15 & lfsr_period(width);
        std::uint64_t stepped = state;
        for (int k = 0; k < lfsr_leap(width); ++k) stepped = lfsr_step(stepped, lfsr_feedback(width));
        INFO("width " << width);
        CHECK(leap(state) == stepped);
    }
}

TEST_CASE("no two streams share a bit of the sequence", "[lfsr]") {
    const int width = GENERATE(16, 18, 20);
    const int streams = GENERATE(2, 6, 8);
    const LfsrStreams family(width, streams);
    const LfsrLeap leap(width);
    const std::uint64_t period = lfsr_period(width);
    // The share of the cycle less a 32nd: by hand, 65535 / 8 = 8191, less 255.
    if (width == 16 && streams == 8) REQUIRE(family.samples_per_stream() == 7936 / 16);
    std::vector<std::uint64_t> position(period + 1);  // of each state on the cycle of one-bit steps
    for (std::uint64_t state = 1, k = 0; k < period; ++k, state = lfsr_step(state, lfsr_feedback(width))) {
        position[state] = k;
    }
    std::vector<int> uses(period, 0);  // of each bit of the sequence
    for (std::uint64_t state : family.starts(0xACE1)) {
        for (std::uint64_t k = 0; k < family.samples_per_stream(); ++k, state = leap(state)) {
            for (int bit = 0; bit < width; ++bit) {
                ++uses[(position[state] + static_cast<unsigned>(bit)) % period];
            }
        }
    }
    CHECK(*std::max_element(uses.begin(), uses.end()) == 1);
}

TEST_CASE("a width out of range is refused", "[lfsr]") {
    CHECK_THROWS_WITH(lfsr_feedback(15), test::contains("16 to 64"));
    CHECK_THROWS_WITH(lfsr_feedback(65), test::contains("65"));
}
