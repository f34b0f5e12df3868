#include "sw/train/accuracy_curve.h"

#include "models/base/error.h"
#include "tests/support/catch.h"

using namespace quell;
using namespace quell::train;

TEST_CASE("the midpoint is halfway between clean and chance, between two points") {
    // Halfway between 90 and 10 is 50: 3/4 of the way from 80 at 4 to 40 at 6.
    CHECK(midpoint_level(90, 10, {{0, 90}, {2, 88}, {4, 80}, {6, 40}, {8, 20}}).value() == Approx(5.5));
    // The clean accuracy stands at sigma 0 where no point does.
    CHECK(midpoint_level(90, 10, {{2, 10}}).value() == Approx(1));
    CHECK(midpoint_level(90, 10, {{0, 90}, {5, 50}, {8, 20}}).value() == Approx(5));
    // A curve that rises again: where it first comes down.
    CHECK(midpoint_level(90, 10, {{0, 90}, {2, 40}, {4, 60}, {6, 10}}).value() == Approx(1.6));
    CHECK_FALSE(midpoint_level(90, 10, {{0, 90}, {12, 50.1}}));
    CHECK_FALSE(midpoint_level(90, 10, {}));
    // No better than chance from the beginning.
    CHECK(midpoint_level(10, 10, {{0, 10}, {2, 9}}).value() == 0);
}

TEST_CASE("mean and the sample's deviation") {
    const Spread spread = spread_of({2, 4, 4, 4, 5, 5, 7, 9});
    CHECK(spread.mean == 5);
    CHECK(spread.deviation == Approx(std::sqrt(32.0 / 7)));
    CHECK(spread_of({3}).deviation == 0);
    CHECK(spread_of({3}).mean == 3);
}

TEST_CASE("sigmas as a range or a list") {
    CHECK(parse_sigmas("0:12:4") == std::vector<double>{0, 4, 8, 12});
    CHECK(parse_sigmas("1:6:2") == std::vector<double>{1, 3, 5});
    CHECK(parse_sigmas("0:0.3:0.1").size() == 4);
    CHECK(parse_sigmas("0,2.5,6") == std::vector<double>{0, 2.5, 6});
    CHECK(parse_sigmas("6") == std::vector<double>{6});
    for (const char* wrong : {"", "a", "0:12", "0:12:0", "12:0:1", "0:12:-1", "0,2,2", "2,1", "-1,2", "0,,2",
                              "0:1e9:1", "0,1e9", "0:900:0.1", "0,2,"}) {
        INFO(wrong);
        CHECK_THROWS_AS(parse_sigmas(wrong), UsageError);
    }
}
