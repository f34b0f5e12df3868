#include "models/numeric/fixed_point.h"
#include "models/numeric/integer_sqrt.h"
#include "tests/support/catch.h"

using namespace quell::numeric;

TEST_CASE("halves are rounded up on both sides of zero", "[fixed_point]") {
    CHECK(round_shift(5, 1) == 3);    // 2.5
    CHECK(round_shift(-5, 1) == -2);  // -2.5
    CHECK(round_shift(-6, 2) == -1);  // -1.5
    CHECK(round_shift(-7, 2) == -2);  // -1.75
    CHECK(round_shift(7, 0) == 7);
    CHECK(round_shift(-7, -3) == -56);
}

TEST_CASE("requantisation saturates at the word's ends", "[fixed_point]") {
    CHECK(requantise((std::int64_t{32767} << 10) + 511, 10) == 32767);
    CHECK(requantise((std::int64_t{32767} << 10) + 512, 10) == 32767);  // would round to 32768
    CHECK(requantise(-(std::int64_t{32768} << 10) - 1024, 10) == -32768);
    CHECK(requantise(3000, -4) == 32767);
    CHECK(requantise(-3000, -4) == -32768);
}

TEST_CASE("LeakyReLU divides negative words by a power of two", "[fixed_point]") {
    CHECK(leaky_relu(1234, 7) == 1234);
    CHECK(leaky_relu(-128, 7) == -1);
    CHECK(leaky_relu(-64, 7) == 0);  // -0.5 goes up
    CHECK(leaky_relu(-65, 7) == -1);
    CHECK(leaky_relu(-32768, 7) == -256);
    CHECK(leaky_relu(-32768, 0) == -32768);
}

TEST_CASE("the integer square root is the floor at every edge", "[fixed_point]") {
    for (std::uint64_t root :
         {1ULL, 2ULL, 3ULL, 255ULL, 46340ULL, 65535ULL, 617363ULL, 1048575ULL, 67108863ULL}) {
        CHECK(integer_sqrt(root * root) == root);
        CHECK(integer_sqrt(root * root - 1) == root - 1);
        CHECK(integer_sqrt(root * root + 2 * root) == root);
    }
    CHECK(integer_sqrt(0) == 0);
}
