// Box-Muller at every pair of 16-bit states: 2^32 less those with a zero.
#include "tests/support/catch.h"
#include "tests/unit/numeric/normal_errors.h"

using namespace quell;

TEST_CASE("the whole of Box-Muller at every pair of 16-bit states", "[box_muller]") {
    const bool second = GENERATE(false, true);
    const test::NormalErrors errors = test::normal_errors_at_16_bits(1, second);
    WARN((second ? "Z2" : "Z1") << ": largest error " << errors.in_steps << " steps, next to U1 = 1 "
                                << errors.in_steps_near_one);
    CHECK(errors.pairs == std::int64_t{65535} * 65535);
    CHECK(errors.in_steps < test::kNormalBound);
    CHECK(errors.in_steps_near_one < test::kNormalBound);
}
