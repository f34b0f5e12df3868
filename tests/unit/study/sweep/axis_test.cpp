#include "sw/study/sweep/axis.h"

#include "models/base/error.h"
#include "tests/support/catch.h"

using namespace quell;
using study::Axis;
using study::parse_axis;
using test::contains;
using Values = std::vector<std::string>;

TEST_CASE("axis: a list of values in the order typed") {
    const Axis axis = parse_axis("denoiser.lanes=4,1, 2");
    CHECK(axis.name == "denoiser.lanes");
    CHECK(axis.values == Values{"4", "1", "2"});
    CHECK(!axis.interval);
    CHECK(parse_axis(" tile.preset = puma ").values == Values{"puma"});
}

TEST_CASE("axis: whole numbers from one to another") {
    CHECK(parse_axis("x=1..4").values == Values{"1", "2", "3", "4"});
    CHECK(parse_axis("x=-2..1").values == Values{"-2", "-1", "0", "1"});
    CHECK(parse_axis("x=7..7").values == Values{"7"});
    CHECK(parse_axis("x=1..3,8,10..11").values == Values{"1", "2", "3", "8", "10", "11"});
    CHECK(parse_axis("x=9223372036854775806..9223372036854775807").values ==
          Values{"9223372036854775806", "9223372036854775807"});
}

TEST_CASE("axis: steps, as a person would write the numbers") {
    CHECK(parse_axis("x=0:8:2").values == Values{"0", "2", "4", "6", "8"});
    CHECK(parse_axis("x=0:7:2").values == Values{"0", "2", "4", "6"});
    CHECK(parse_axis("x=0:0.3:0.1").values == Values{"0", "0.1", "0.2", "0.3"});
    CHECK(parse_axis("x=-0.1:0.1:0.1").values == Values{"-0.1", "0", "0.1"});
    CHECK(parse_axis("x=400:600:100,1000").values == Values{"400", "500", "600", "1000"});
    CHECK(parse_axis("x=3:3:1").values == Values{"3"});
    // A hundred rounding errors do not add up.
    const Axis many = parse_axis("x=0:10:0.1");
    REQUIRE(many.values.size() == 101);
    CHECK(many.values[97] == "9.7");
    CHECK(many.values.back() == "10");
}

TEST_CASE("axis: anything between two numbers") {
    const Axis axis = parse_axis("noise.sigma_percent=0:8");
    CHECK(axis.values.empty());
    REQUIRE(axis.interval.has_value());
    CHECK(*axis.interval == std::pair(0.0, 8.0));
}

TEST_CASE("axis: semicolons where values have commas") {
    CHECK(parse_axis("denoiser.after=1,20;none").values == Values{"1,20", "none"});
    // A range is a list's; between semicolons stands what the option understands.
    CHECK(parse_axis("x=1;2..3").values == Values{"1", "2..3"});
}

TEST_CASE("axis: what only looks like a range is a value") {
    CHECK(parse_axis("x=../net.onnx").values == Values{"../net.onnx"});
    CHECK(parse_axis("model=a..b,c:d").values == Values{"a..b", "c:d"});
    CHECK(parse_axis("input.mean=a=b").values == Values{"a=b"});
}

TEST_CASE("axis: what is none is refused, naming the axis") {
    const auto refused = [](const std::string& text, const std::string& why) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_axis(text), UsageError);
        CHECK_THROWS_WITH(parse_axis(text), contains("--axis " + text) && contains(why));
    };
    refused("denoiser.cores", "expected KEY=VALUES");
    refused("=1,2", "expected KEY=VALUES");
    refused("", "expected KEY=VALUES");
    refused("x=", "there are no values");
    refused("x=  ", "there are no values");
    refused("x=1,,2", "is missing");
    refused("x=1,2,", "is missing");
    refused("x=1;;2", "is missing");
    refused("x=5..4", "5..4 runs backwards and is empty");
    refused("x=8:0:2", "8:0:2 runs backwards and is empty");
    refused("x=8:0", "runs backwards and is empty");
    refused("x=0:8:0", "a step that is not above 0");
    refused("x=0:8:-1", "a step that is not above 0");
    refused("x=1,2,1", "has 1 twice");
    refused("x=1..4,3", "has 3 twice");
    refused("x=1,0:8", "an interval without a step stands alone");
    refused("x=0:8,0:9", "an interval without a step stands alone");
}

TEST_CASE("axis: more values than anyone means are refused before they are made") {
    CHECK_THROWS_WITH(parse_axis("x=1..1000000000"), contains("1000000000 values, at most 10000000"));
    CHECK_THROWS_WITH(parse_axis("x=-9223372036854775807..9223372036854775807"),
                      contains("at most 10000000"));
    CHECK_THROWS_WITH(parse_axis("x=0:1:1e-300"), contains("at most 10000000"));
    CHECK_THROWS_WITH(parse_axis("x=-1e308:1e308:1"), contains("at most 10000000"));
    CHECK_THROWS_WITH(parse_axis("x=1..6000000,6000001..12000000"), contains("at most 10000000"));
}
