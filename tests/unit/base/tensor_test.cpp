#include "models/base/tensor.h"

#include "tests/support/catch.h"

using namespace quell;

TEST_CASE("shapes print as they are read aloud") {
    CHECK(to_string(Shape{1, 3, 224, 224}) == "1x3x224x224");
    CHECK(to_string(Shape{-1, 10}) == "?x10");
    CHECK(to_string(Shape{}) == "scalar");
}

TEST_CASE("the number of elements is the product of the dimensions") {
    CHECK(element_count({}) == 1);
    CHECK(element_count({64, 112, 112}) == 802816);
    CHECK(element_count({5, 0, 7}) == 0);
}

TEST_CASE("impossible shapes are refused instead of overflowing") {
    CHECK_THROWS_AS(element_count({3, -1}), Error);
    CHECK_THROWS_AS(element_count({1'000'000, 1'000'000, 1'000'000, 1'000'000}), Error);
    CHECK_THROWS_AS(element_count({std::int64_t{1} << 40, 2}), Error);
    CHECK(element_count({std::int64_t{1} << 20, std::int64_t{1} << 20}) == std::int64_t{1} << 40);
    CHECK_THROWS_AS(element_count({std::int64_t{1} << 20, (std::int64_t{1} << 20) + 1}), Error);
}

TEST_CASE("a tensor and its values must agree") {
    CHECK(Tensor<float>({2, 3}).size() == 6);
    CHECK_NOTHROW(Tensor<int>({2, 2}, {1, 2, 3, 4}));
    CHECK_THROWS_WITH(Tensor<int>({2, 2}, {1, 2, 3}),
                      test::contains("2x2") && test::contains("4") && test::contains("3"));
}
