#include "models/base/error.h"
#include "sw/study/report/metric_figures.h"
#include "sw/study/report/sweep_grid.h"
#include "sw/study/report/sweep_part.h"
#include "tests/support/catch.h"

#include <algorithm>

using namespace quell;
using namespace quell::study;

namespace {

// latency = 100 / cores + lanes, energy = 10 cores, accuracy = 80 - lanes + seed; seeds 1, 2, 3.
StudyTable small_study() {
    StudyTable study;
    study.program_version = "0.1.0";
    study.design = "factorial";
    study.axes = {{"denoiser.cores", "cores", {"10", "2", "5"}},
                  {"denoiser.lanes", "lanes", {"1", "4"}},
                  {"device.chip_seed", "", {"1", "2", "3"}}};
    study.metrics = {{"latency_us", "us", "latency of one image", Better::less},
                     {"energy_uj", "uJ", "energy of one image", Better::less},
                     {"accuracy_percent", "%", "accuracy", Better::more}};
    study.objectives = {"latency_us", "energy_uj"};
    for (const std::string& cores : study.axes[0].values) {
        for (const std::string& lanes : study.axes[1].values) {
            for (const std::string& seed : study.axes[2].values) {
                StudyPoint point;
                point.number = static_cast<std::int64_t>(study.points.size());
                point.values = {cores, lanes, seed};
                point.metrics = {100 / std::stod(cores) + std::stod(lanes), 10 * std::stod(cores),
                                 80 - std::stod(lanes) + std::stod(seed)};
                study.points.push_back(point);
            }
        }
    }
    study.planned = static_cast<std::int64_t>(study.points.size());
    return study;
}

std::vector<std::string> names(const ReportPart& part) {
    std::vector<std::string> names;
    for (const Figure& figure : part.figures) names.push_back(figure.name);
    return names;
}

const ReportTable& table(const ReportPart& part, const std::string& heading) {
    const auto found = std::ranges::find(part.tables, heading, &ReportTable::heading);
    REQUIRE(found != part.tables.end());
    return *found;
}

}  // namespace

TEST_CASE("a sweep's figures: lines over numbers, means over seeds, a map, the front", "[report]") {
    const ReportPart part = sweep_part(small_study(), "a.sqlite", {});
    CHECK(part.banner.empty());
    CHECK(names(part) ==
          std::vector<std::string>{"latency_us-map-denoiser.cores-denoiser.lanes", "pareto-front",
                                   "latency_us-over-denoiser.cores", "latency_us-over-denoiser.lanes",
                                   "energy_uj-over-denoiser.cores", "accuracy_percent-over-denoiser.lanes",
                                   "accuracy_percent-spread-device.chip_seed"});
    REQUIRE(part.remarks.size() == 1);
    CHECK_THAT(part.remarks[0], test::contains("energy_uj over denoiser.lanes") &&
                                    test::contains("accuracy_percent over denoiser.cores") &&
                                    test::contains("latency_us over device.chip_seed"));
    // In rising order of the numbers, not as they were asked for: 100 / 2 + 1, 100 / 5 + 1, 100 / 10 + 1.
    const Figure& latency = part.figures[2];
    REQUIRE(latency.curves.size() == 2);
    REQUIRE(latency.curves[0].points.size() == 3);
    CHECK(latency.curves[0].points[0].x == 2);
    CHECK(latency.curves[0].points[0].y == 51);
    CHECK(latency.curves[0].points[2].y == 11);
    CHECK(latency.y.label == "latency of one image, us");
    // Mean of 80 - 4 + {1, 2, 3}: 78, deviation 1.
    const Figure& accuracy = part.figures[5];
    CHECK(accuracy.curves[0].points[1].y == Approx(78));
    CHECK(accuracy.curves[0].points[1].deviation == Approx(1));
    CHECK(accuracy.data.rows[0].size() ==
          5);  // the series' value, the axis', mean, deviation, number of seeds
}

TEST_CASE("a sweep's tables: front by hand, sensitivity, points", "[report]") {
    const ReportPart part = sweep_part(small_study(), "a.sqlite", {});
    // Every number of cores is on the front, with one lane; three seeds each.
    CHECK(table(part, "Pareto front").table.rows.size() == 9);
    CHECK(table(part, "Points").table.rows.size() == 18);
    CHECK(table(part, "Axes").table.rows.size() == 3);
    const auto& sensitivity = table(part, "Sensitivity").table;
    REQUIRE(sensitivity.columns.size() == 4);
    CHECK(std::get<double>(sensitivity.rows[0][2]) == 100);  // energy is cores' alone
    CHECK(std::get<double>(sensitivity.rows[1][2]) == 0);
    REQUIRE(part.files.size() == 1);
    CHECK(std::ranges::count(part.files[0].second, '\n') == 19);
}

TEST_CASE("a half-finished sweep says so first, and is drawn", "[report]") {
    StudyTable study = small_study();
    study.points.resize(8);
    study.points[3].status = PointStatus::failed;
    study.points[3].message = "layer 'x': <too large>";
    study.points[3].metrics.clear();
    study.points[5].status = PointStatus::lost;
    study.points[5].metrics.clear();
    const ReportPart part = sweep_part(study, "a.sqlite", {});
    CHECK(part.banner == "6 of 18 points: this sweep is not finished");
    CHECK_FALSE(part.figures.empty());
    const auto& failures = table(part, "Points that failed").table;
    REQUIRE(failures.rows.size() == 2);
    CHECK(std::get<std::string>(failures.rows[0][2]) == "layer 'x': <too large>");
    CHECK(std::get<std::string>(failures.rows[0][3]) == "3");
}

TEST_CASE("a sweep without a done point is nothing to report", "[report]") {
    StudyTable study = small_study();
    study.points.clear();
    CHECK_THROWS_WITH(sweep_part(study, "a.sqlite", {}),
                      "a.sqlite: none of its 18 points is done, there is nothing to report");
    study = small_study();
    for (StudyPoint& point : study.points) {
        point.status = PointStatus::failed;
        point.message = "no";
        point.metrics.clear();
    }
    CHECK_THROWS_WITH(sweep_part(study, "a.sqlite", {}), test::contains("(18 failed: no)"));
}

TEST_CASE("metrics that are asked for are drawn instead", "[report]") {
    const auto drawn = names(sweep_part(small_study(), "a.sqlite", {"energy_uj"}));
    CHECK(std::ranges::count(drawn, "energy_uj-over-denoiser.cores") == 1);
    CHECK(std::ranges::count(drawn, "latency_us-over-denoiser.cores") == 0);
    CHECK_THROWS_AS(sweep_part(small_study(), "a.sqlite", {"latency"}), UsageError);
}

TEST_CASE("points that do not lie on a grid are drawn one by one", "[report]") {
    StudyTable study = small_study();
    study.design = "latin";
    const auto drawn = names(sweep_part(study, "a.sqlite", {"latency_us"}));
    CHECK(drawn == std::vector<std::string>{"pareto-front", "latency_us-scatter-denoiser.cores",
                                            "latency_us-scatter-denoiser.lanes"});
}

TEST_CASE("an axis of time has hours and years, one of names no line", "[report]") {
    StudyTable study;
    study.design = "factorial";
    study.axes = {{"noise.time_s", "s", {"20", "3600", "315360000"}}, {"model", "", {"a", "b"}}};
    study.metrics = {{"accuracy_percent", "%", "accuracy", Better::more}};
    double value = 0;
    for (const std::string& time : study.axes[0].values) {
        for (const std::string& model : study.axes[1].values)
            study.points.push_back({static_cast<std::int64_t>(study.points.size()),
                                    PointStatus::done,
                                    "",
                                    {time, model},
                                    {value += 1}});
    }
    study.planned = 6;
    const SweepGrid grid(study);
    const auto over_time = line_figure(grid, 0, grid.axes()[0]);
    REQUIRE(over_time);
    CHECK(over_time->x.logarithmic);
    std::string ticks;
    for (const FigureTick& tick : over_time->x.ticks) ticks += tick.label + ";";
    CHECK(ticks == "1 min;1 h;1 d;1 month;1 y;10 y;");
    CHECK(over_time->curves[0].line);
    const auto over_models = line_figure(grid, 0, grid.axes()[1]);
    REQUIRE(over_models);
    CHECK_FALSE(over_models->curves[0].line);
    CHECK(over_models->curves[0].title == "20 s");
}

TEST_CASE("seeds and units are known by their names", "[report]") {
    CHECK(is_seed("device.chip_seed"));
    CHECK(is_seed("seed"));
    CHECK_FALSE(is_seed("denoiser.seeds"));
    CHECK(names_unit("energy_uj", "uJ"));
    CHECK(names_unit("accuracy_percent", "%"));
    CHECK_FALSE(names_unit("platform.replication", "copies"));
    const SeedMean mean = mean_of({2, 4, 4, 4, 5, 5, 7, 9});
    CHECK(mean.mean == Approx(5));
    CHECK(mean.deviation == Approx(std::sqrt(32.0 / 7)));
}
