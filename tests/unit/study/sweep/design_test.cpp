#include "sw/study/sweep/design.h"

#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

using namespace quell;
using study::Axis;
using study::Design;
using test::contains;
using Levels = std::vector<std::size_t>;
using Values = std::vector<std::string>;

namespace {

Axis counted(const std::string& name, std::size_t count) {
    Axis axis{name, {}, std::nullopt};
    for (std::size_t i = 0; i < count; ++i) axis.values.push_back(std::to_string(i));
    return axis;
}

Axis between(const std::string& name, double from, double to) {
    return {name, {}, std::pair(from, to)};
}

double place(const Design& design, std::int64_t point, std::size_t axis) {
    return std::stod(design.values(axis)[design.levels(point)[axis]]);
}

}  // namespace

TEST_CASE("design: every combination once, the last axis fastest") {
    const Design design = Design::factorial({counted("a", 2), counted("b", 3), counted("c", 2)});
    CHECK(design.kind() == "factorial");
    REQUIRE(design.size() == 12);
    CHECK(design.names() == Values{"a", "b", "c"});
    std::int64_t point = 0;
    for (std::size_t a = 0; a < 2; ++a) {
        for (std::size_t b = 0; b < 3; ++b) {
            for (std::size_t c = 0; c < 2; ++c) CHECK(design.levels(point++) == Levels{a, b, c});
        }
    }
}

TEST_CASE("design: products beyond counting do not wrap around") {
    CHECK(Design::factorial({counted("a", 1000), counted("b", 1000), counted("c", 1000)}).size() ==
          1'000'000'000);
    // 2^70, which is 0 modulo 2^64, and 10^20.
    for (const auto& [axes, values] : {std::pair(7, 1024), std::pair(20, 10)}) {
        std::vector<Axis> many;
        for (int i = 0; i < axes; ++i)
            many.push_back(counted("x" + std::to_string(i), static_cast<std::size_t>(values)));
        CHECK(Design::factorial(many).size() >= std::int64_t{1} << 62);
    }
}

TEST_CASE("design: what is none is refused") {
    CHECK_THROWS_AS(Design::factorial({}), UsageError);
    CHECK_THROWS_WITH(Design::factorial({}), contains("expected --axis KEY=VALUES"));
    CHECK_THROWS_WITH(Design::factorial({counted("a", 2), counted("a", 2)}),
                      contains("--axis a: given twice"));
    CHECK_THROWS_WITH(Design::factorial({between("a", 0, 8)}),
                      contains("--axis a=0:8: a step is missing, expected FROM:TO:STEP, or --latin N"));
    CHECK_THROWS_AS(Design::latin({}, 4, 1), UsageError);
    CHECK_THROWS_WITH(Design::latin({counted("a", 2), counted("a", 2)}, 4, 1), contains("given twice"));
}

TEST_CASE("latin: every part of every axis is met once") {
    for (const std::int64_t points : {1, 2, 7, 100, 1009}) {
        CAPTURE(points);
        const Design design = Design::latin({between("a", 0, 1), between("b", -5, 15)}, points, 3);
        CHECK(design.kind() == "latin");
        REQUIRE(design.size() == points);
        std::set<std::int64_t> a, b;
        for (std::int64_t point = 0; point < points; ++point) {
            a.insert(static_cast<std::int64_t>(place(design, point, 0) * static_cast<double>(points)));
            b.insert(
                static_cast<std::int64_t>((place(design, point, 1) + 5) / 20 * static_cast<double>(points)));
        }
        CHECK(a.size() == static_cast<std::size_t>(points));
        CHECK(b.size() == static_cast<std::size_t>(points));
        CHECK(*a.begin() == 0);
        CHECK(*a.rbegin() == points - 1);
        CHECK(*b.begin() == 0);
        CHECK(*b.rbegin() == points - 1);
    }
}

TEST_CASE("latin: an axis of values has each as often as another") {
    const Design design = Design::latin({counted("a", 4), counted("b", 3)}, 60, 1);
    std::vector<int> a(4), b(3);
    for (std::int64_t point = 0; point < 60; ++point) {
        ++a[design.levels(point)[0]];
        ++b[design.levels(point)[1]];
    }
    CHECK(a == std::vector<int>(4, 15));
    CHECK(b == std::vector<int>(3, 20));
    // Fewer points than values: each at most once.
    const Design few = Design::latin({counted("a", 100)}, 10, 1);
    std::set<std::size_t> met;
    for (std::int64_t point = 0; point < 10; ++point) met.insert(few.levels(point)[0] / 10);
    CHECK(met.size() == 10);
}

TEST_CASE("latin: the seed says which points, and nothing else does") {
    const auto all = [](std::uint64_t seed) {
        const Design design = Design::latin({between("a", 0, 1), between("b", 0, 1)}, 50, seed);
        std::vector<std::string> texts;
        for (std::int64_t point = 0; point < 50; ++point) {
            for (std::size_t axis = 0; axis < 2; ++axis)
                texts.push_back(design.values(axis)[design.levels(point)[axis]]);
        }
        return texts;
    };
    CHECK(all(1) == all(1));
    CHECK(all(1) != all(2));
    CHECK(all(1) != all(std::uint64_t{1} << 63 | 1));
    const Design design = Design::latin({between("a", 0, 1), between("b", 0, 1)}, 50, 1);
    CHECK(design.values(0) != design.values(1));  // axes are drawn apart
}

// Fixed seeds, so that the statistics never change; the false-alarm rates say how unlikely a right drawing
// would have been to fail at the first run.
TEST_CASE("latin: places within their parts are uniform, and parts of two axes meet at random") {
    constexpr std::int64_t points = 20'000;
    const Design design = Design::latin({between("a", 0, 1), between("b", 0, 1)}, points, 12345);
    constexpr std::size_t bins = 50;
    std::vector<double> within(bins), joint(bins * bins / 25);
    double correlation = 0;
    for (std::int64_t point = 0; point < points; ++point) {
        const double a = place(design, point, 0), b = place(design, point, 1);
        const double scaled = a * static_cast<double>(points);
        ++within[std::min(static_cast<std::size_t>((scaled - std::floor(scaled)) * bins), bins - 1)];
        ++joint[static_cast<std::size_t>(a * 10) * 10 + static_cast<std::size_t>(b * 10)];
        correlation += (a - 0.5) * (b - 0.5);
    }
    // Chi squared of 49 degrees of freedom exceeds 94.6 once in 10^4 (Wilson and Hilferty: 49 (1 - 2/441 +
    // 3.719 sqrt(2/441))^3 = 95).
    double chi = 0;
    constexpr double expected = static_cast<double>(points) / bins;
    for (const double count : within) chi += (count - expected) * (count - expected) / expected;
    CHECK(chi < 95);
    CHECK(chi > 17);  // nor too even: below once in 10^4 or less
    // Marginals are exact, so 81 degrees of freedom: 81 (1 - 2/729 + 3.719 sqrt(2/729))^3 = 138.
    double joint_chi = 0;
    constexpr double joint_expected = static_cast<double>(points) / 100;
    for (std::size_t i = 0; i < 100; ++i)
        joint_chi += (joint[i] - joint_expected) * (joint[i] - joint_expected) / joint_expected;
    CHECK(joint_chi < 138);
    // The correlation of independent axes has a standard deviation of 1/sqrt(points); 4 of them: 6 in 10^5.
    CHECK(std::abs(correlation * 12 / points) < 4 / std::sqrt(static_cast<double>(points)));
}

namespace {

struct ListFile {
    test::TemporaryFolder folder;
    std::string write(const std::string& text) const {
        std::ofstream(folder.file("points.csv"), std::ios::binary) << text;
        return folder.file("points.csv");
    }
    void refused(const std::string& text, const std::string& why) const {
        CAPTURE(text);
        const std::string file = write(text);
        CHECK_THROWS_AS(Design::list(file), Error);
        CHECK_THROWS_WITH(Design::list(file), contains(file) && contains(why));
    }
};

Values point_of(const Design& design, std::int64_t point) {
    Values values;
    for (std::size_t axis = 0; axis < design.axes(); ++axis)
        values.push_back(design.values(axis)[design.levels(point)[axis]]);
    return values;
}

}  // namespace

TEST_CASE_METHOD(ListFile, "list: the points of a file, in its order") {
    const Design design =
        Design::list(write("denoiser.cores,denoiser.after\n4,\"1,20\"\n2,none\n4,none\n\n4,\"1,20\"\n"));
    CHECK(design.kind() == "list");
    REQUIRE(design.size() == 4);
    CHECK(design.names() == Values{"denoiser.cores", "denoiser.after"});
    CHECK(design.values(0) == Values{"4", "2"});
    CHECK(design.values(1) == Values{"1,20", "none"});
    CHECK(point_of(design, 0) == Values{"4", "1,20"});
    CHECK(point_of(design, 1) == Values{"2", "none"});
    CHECK(point_of(design, 2) == Values{"4", "none"});
    CHECK(point_of(design, 3) == Values{"4", "1,20"});
}

TEST_CASE_METHOD(ListFile, "list: as other systems and spreadsheets write it") {
    // A byte order mark, carriage returns, blanks, everything quoted, no line break at the end.
    const Design design = Design::list(
        write("\xef\xbb\xbf\"denoiser.cores\",\"denoiser.after\"\r\n 4 ,\"1,20\"\r\n\r\n\"2\",\"none\""));
    REQUIRE(design.size() == 2);
    CHECK(design.names() == Values{"denoiser.cores", "denoiser.after"});
    CHECK(point_of(design, 0) == Values{"4", "1,20"});
    CHECK(point_of(design, 1) == Values{"2", "none"});
}

TEST_CASE_METHOD(ListFile, "list: where an axis and a value stand, for messages") {
    const Design design = Design::list(write("\na,b\n1,x\n\n2,x\n1,y\n"));
    const std::string file = folder.file("points.csv");
    CHECK(design.place(0) == file + ":2: a");
    CHECK(design.place(0, 0) == file + ":3: a");
    CHECK(design.place(0, 1) == file + ":5: a");
    CHECK(design.place(1, 1) == file + ":6: b");
    const Design typed = Design::factorial({counted("a", 2)});
    CHECK(typed.place(0) == "--axis a");
    CHECK(typed.place(0, 1) == "--axis a");
}

TEST_CASE_METHOD(ListFile, "list: what is none is refused, naming file and line") {
    refused("", "has no points");
    refused("\n\n", "has no points");
    refused("denoiser.cores\n", "has no points");
    refused("a,a\n1,2\n", ":1: a is there twice");
    refused("a,\n1,2\n", ":1: a column has no name");
    refused("a,b\n1,2\n3\n", ":3: has 1 values, expected 2");
    refused("a,b\n1,2,3\n", ":2: has 3 values, expected 2");
    refused("a,b\n1,2\n\n3,\n", ":4: b has no value");
    refused("a,b\n1,\"2\n", ":2: a quote is not closed");
    refused("a,b\n1,\"2\"3\n", ":2: a quote is not closed, or has something behind it");
    CHECK_THROWS_WITH(Design::list(folder.file("none.csv")), contains("none.csv: cannot be opened"));
    CHECK_THROWS_WITH(Design::list(folder.path()), contains(folder.path()));
}
