#include "sw/study/sweep/pareto.h"

#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/unit/study/sweep/drawn_table.h"

#include <random>

using namespace quell;
using study::Better;
using study::PointStatus;
using study::StudyPoint;
using study::StudyTable;
using test::contains;
using test::done_point;
using test::failed_point;

namespace {

StudyTable table_of(const std::vector<Better>& better) {
    StudyTable table;
    for (std::size_t m = 0; m < better.size(); ++m)
        table.metrics.push_back({"m" + std::to_string(m), "", "", better[m]});
    return table;
}

// By its definition, each point against each.
std::vector<bool> front_by_definition(const StudyTable& table, const std::vector<std::size_t>& columns) {
    const auto in_question = [&](const StudyPoint& point) {
        if (point.status != PointStatus::done) return false;
        for (const std::size_t m : columns) {
            if (!point.metrics[m]) return false;
        }
        return true;
    };
    const auto better = [&](const StudyPoint& a, const StudyPoint& b, std::size_t m) {
        return table.metrics[m].better == Better::less ? *a.metrics[m] < *b.metrics[m]
                                                       : *a.metrics[m] > *b.metrics[m];
    };
    std::vector<bool> front;
    for (const StudyPoint& point : table.points) {
        bool on = in_question(point);
        for (const StudyPoint& other : table.points) {
            if (!on) break;
            if (!in_question(other)) continue;
            bool wins = false, loses = false;
            for (const std::size_t m : columns) {
                wins = wins || better(other, point, m);
                loses = loses || better(point, other, m);
            }
            if (wins && !loses) on = false;
        }
        front.push_back(on);
    }
    return front;
}

}  // namespace

TEST_CASE("pareto: a front drawn by hand") {
    StudyTable table = table_of({Better::less, Better::more});
    table.points = {done_point(0, {}, {1, 1}), done_point(1, {}, {2, 3}), done_point(2, {}, {3, 2}),
                    done_point(3, {}, {2, 3}), done_point(4, {}, {4, 5}), done_point(5, {}, {2, 1}),
                    failed_point(6, {}),       done_point(7, {}, {0, {}})};
    // 2 loses against 1 in both; 5 against 0 in one and as good in the other; 1 and 3 are the same.
    CHECK(study::pareto_front(table, {"m0", "m1"}) ==
          std::vector<bool>{true, true, false, true, true, false, false, false});
    // Of one objective: all of the best.
    CHECK(study::pareto_front(table, {"m1"}) ==
          std::vector<bool>{false, false, false, false, true, false, false, false});
    CHECK(study::pareto_front(table, {"m0"}) ==
          std::vector<bool>{false, false, false, false, false, false, false, true});
}

TEST_CASE("pareto: the front of drawn tables is that of the definition") {
    std::mt19937 random(7);
    const auto draw = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
    for (int round = 0; round < 200; ++round) {
        CAPTURE(round);
        const int metrics = 1 + draw(3);
        std::vector<Better> better;
        std::vector<std::string> names;
        std::vector<std::size_t> columns;
        for (int m = 0; m < metrics; ++m) {
            better.push_back(draw(1) == 0 ? Better::less : Better::more);
            names.push_back("m" + std::to_string(m));
            columns.push_back(static_cast<std::size_t>(m));
        }
        StudyTable table = table_of(better);
        const int points = draw(60), values = 1 + draw(20);  // few values: many ties
        for (int p = 0; p < points; ++p) {
            if (draw(9) == 0) {
                table.points.push_back(failed_point(p, {}));
                table.points.back().status = draw(1) == 0 ? PointStatus::failed : PointStatus::lost;
                continue;
            }
            std::vector<std::optional<double>> row;
            for (int m = 0; m < metrics; ++m)
                row.push_back(draw(19) == 0 ? std::nullopt : std::optional<double>(draw(values) - 3));
            table.points.push_back(done_point(p, {}, std::move(row)));
        }
        CHECK(study::pareto_front(table, names) == front_by_definition(table, columns));
    }
}

TEST_CASE("pareto: objectives that are none are refused") {
    const StudyTable table = table_of({Better::less, Better::none});
    CHECK_THROWS_AS(study::pareto_front(table, {"mO"}), UsageError);
    CHECK_THROWS_WITH(study::pareto_front(table, {"m00"}), contains("no objective 'm00'; the nearest is m0"));
    CHECK_THROWS_AS(study::pareto_front(table, {"m1"}), UsageError);
    CHECK_THROWS_WITH(study::pareto_front(table, {"m1"}), contains("objective 'm1': neither less nor more"));
}
