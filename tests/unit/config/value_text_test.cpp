#include "models/config/value_text.h"

#include "tests/support/catch.h"

#include <bit>
#include <limits>
#include <random>

using namespace quell::config;

TEST_CASE("whole numbers are whole") {
    CHECK(ValueText<int>::parse("42") == 42);
    CHECK(ValueText<int>::parse(" -7 ") == -7);
    CHECK(ValueText<int>::parse("+7") == 7);
    for (const char* text :
         {"", " ", "4.0", "4e1", "0x10", "4 5", "500MHz", "--4", "+-4", "2147483648", "nan"}) {
        INFO(text);
        CHECK_FALSE(ValueText<int>::parse(text));
    }
    CHECK(ValueText<std::uint64_t>::parse("18446744073709551615") ==
          std::numeric_limits<std::uint64_t>::max());
    CHECK_FALSE(ValueText<std::uint64_t>::parse("18446744073709551616"));
    CHECK_FALSE(ValueText<std::uint64_t>::parse("-1"));
}

TEST_CASE("numbers are finite") {
    CHECK(ValueText<double>::parse("1e-3") == 0.001);
    CHECK(ValueText<double>::parse(".5") == 0.5);
    for (const char* text : {"", "inf", "-inf", "nan", "1e999", "1,5", "6%", "0x1p3"}) {
        INFO(text);
        CHECK_FALSE(ValueText<double>::parse(text));
    }
}

TEST_CASE("every printed number parses back to the same bits") {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20000; ++i) {
        const double value = std::bit_cast<double>(random());
        if (value - value != 0) continue;  // infinite or not a number
        CHECK(ValueText<double>::parse(ValueText<double>::print(value)) == value);
    }
}

TEST_CASE("lists are separated by commas, and none is the empty one") {
    using Numbers = std::vector<double>;
    CHECK(ValueText<Numbers>::parse("0.485, 0.456,0.406") == Numbers{0.485, 0.456, 0.406});
    CHECK(ValueText<Numbers>::parse("3") == Numbers{3});
    CHECK(ValueText<Numbers>::parse("none") == Numbers{});
    CHECK(ValueText<Numbers>::print({}) == "none");
    CHECK(ValueText<Numbers>::print({1, 0.5}) == "1,0.5");
    CHECK_FALSE(ValueText<Numbers>::parse("1,,2"));
    CHECK_FALSE(ValueText<Numbers>::parse("1,2,"));
    CHECK_FALSE(ValueText<Numbers>::parse(""));
}

TEST_CASE("auto is the absent value and none the empty one") {
    using Sites = std::optional<std::vector<std::int64_t>>;
    const auto parse = [](const char* text) { return ValueText<Sites>::parse(text).value(); };
    CHECK_FALSE(parse("auto").has_value());
    CHECK(parse("none").value().empty());
    CHECK(parse("1,20").value() == std::vector<std::int64_t>{1, 20});
    CHECK_FALSE(ValueText<Sites>::parse("automatic"));
}

TEST_CASE("texts that a configuration file could not hold are refused") {
    CHECK(ValueText<std::string>::parse(" a b ") == "a b");
    CHECK_FALSE(ValueText<std::string>::parse("a # b"));
    CHECK_FALSE(ValueText<std::string>::parse("a\nb"));
}

TEST_CASE("true and false are spelled out") {
    CHECK(ValueText<bool>::parse("true") == true);
    CHECK(ValueText<bool>::parse("false") == false);
    CHECK_FALSE(ValueText<bool>::parse("1"));
    CHECK_FALSE(ValueText<bool>::parse("True"));
}
