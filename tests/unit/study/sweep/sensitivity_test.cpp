#include "sw/study/sweep/sensitivity.h"

#include "tests/support/catch.h"
#include "tests/unit/study/sweep/drawn_table.h"

#include <fmt/format.h>

using namespace quell;
using study::StudyTable;
using test::done_point;
using test::failed_point;

namespace {

// A full factorial of two axes with a metric made of their levels.
template <typename Metric>
StudyTable factorial(std::size_t a, std::size_t b, Metric metric) {
    StudyTable table;
    table.axes = {{"a", "", {}}, {"b", "", {}}};
    table.metrics = {{"m", "", "", study::Better::less}};
    for (std::size_t i = 0; i < a; ++i) table.axes[0].values.push_back(std::to_string(10 * i));
    for (std::size_t j = 0; j < b; ++j) table.axes[1].values.push_back("b" + std::to_string(j));
    for (std::size_t i = 0; i < a; ++i) {
        for (std::size_t j = 0; j < b; ++j) {
            table.points.push_back(done_point(static_cast<std::int64_t>(i * b + j),
                                              {table.axes[0].values[i], table.axes[1].values[j]},
                                              {metric(static_cast<double>(i), static_cast<double>(j))}));
        }
    }
    return table;
}

}  // namespace

TEST_CASE("sensitivity: two axes that add up share the variance, by hand") {
    // a in {0, 1}, b in {0, 1, 2}, m = 6 a + 3 b. Var a = 9, Var b = 9 * 2/3 = 6: 9/15 and 6/15.
    const StudyTable table = factorial(2, 3, [](double i, double j) { return 6 * i + 3 * j; });
    CHECK(study::sensitivity(table, 0, 0).value() == Approx(0.6));
    CHECK(study::sensitivity(table, 1, 0).value() == Approx(0.4));
}

TEST_CASE("sensitivity: what axes do together belongs to neither") {
    // m = (2 a - 1)(2 b - 1): the means over either axis are 0.
    const StudyTable table = factorial(2, 2, [](double i, double j) { return (2 * i - 1) * (2 * j - 1); });
    CHECK(study::sensitivity(table, 0, 0).value() == Approx(0).margin(1e-12));
    CHECK(study::sensitivity(table, 1, 0).value() == Approx(0).margin(1e-12));
    const StudyTable alone = factorial(4, 3, [](double i, double) { return i * i; });
    CHECK(study::sensitivity(alone, 0, 0).value() == Approx(1));
    CHECK(study::sensitivity(alone, 1, 0).value() == Approx(0).margin(1e-12));
}

TEST_CASE("sensitivity: a metric that is the same everywhere has none, be it by a rounding error") {
    CHECK(!study::sensitivity(factorial(3, 3, [](double, double) { return 5.0; }), 0, 0));
    CHECK(!study::sensitivity(factorial(3, 3, [](double, double) { return 0.0; }), 0, 0));
    CHECK(!study::sensitivity(
        factorial(3, 3, [](double i, double j) { return 1e9 + 1e-7 * (i == j ? 1 : 0); }), 0, 0));
    // A small change of a large number is one all the same.
    CHECK(study::sensitivity(factorial(3, 3, [](double i, double) { return 1e9 + i; }), 0, 0).value() ==
          Approx(1));
}

TEST_CASE("sensitivity: points that failed take no part") {
    // Without the point that failed: a = 0 has 1 and 2, a = 10 has 4. Mean 7/3; total 14/3, between 25/6.
    StudyTable table = factorial(2, 2, [](double i, double j) { return 1 + 3 * i + j; });
    table.points[3] = failed_point(3, table.points[3].values);
    CHECK(study::sensitivity(table, 0, 0).value() == Approx((25.0 / 6) / (14.0 / 3)));
    for (auto& point : table.points) point = failed_point(point.number, point.values);
    CHECK(!study::sensitivity(table, 0, 0));
}

TEST_CASE("sensitivity: a Latin hypercube's axis is cut in parts") {
    StudyTable table;
    table.axes = {{"x", "", {}}, {"y", "", {}}, {"words", "", {}}};
    table.metrics = {{"m", "", "", study::Better::less}};
    constexpr std::size_t points = 16;
    for (std::size_t i = 0; i < points; ++i) {
        const double x = static_cast<double>(i);
        const std::size_t j = i * 5 % points;  // a permutation
        table.axes[0].values.push_back(fmt::format("{}", x));
        table.axes[1].values.push_back(fmt::format("{}", 0.5 * static_cast<double>(j)));
        table.axes[2].values.push_back("w" + std::to_string(i));
        table.points.push_back(
            done_point(static_cast<std::int64_t>(i),
                       {table.axes[0].values[i], table.axes[1].values[i], "w" + std::to_string(i)}, {x}));
    }
    // Four parts of four neighbours: the variance of 0 ... 15 is (256 - 1)/12, within a part (16 - 1)/12.
    CHECK(study::sensitivity(table, 0, 0).value() == Approx(1 - 15.0 / 255));
    // Along y the parts hold i = 13 j mod 16 of j = 0-3, 4-7, ...: sums of {0,13,10,7}, {4,1,14,11},
    // {8,5,2,15}, {12,9,6,3} are all 30: nothing is explained.
    CHECK(study::sensitivity(table, 1, 0).value() == Approx(0).margin(1e-12));
    CHECK(!study::sensitivity(table, 2, 0));
}

TEST_CASE("sensitivity: the only axis of every combination explains all") {
    StudyTable table = factorial(3, 1, [](double i, double) { return i * i; });
    table.design = "factorial";
    CHECK(study::sensitivity(table, 0, 0).value() == Approx(1));
}
