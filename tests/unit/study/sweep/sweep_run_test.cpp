// The order of things in a sweep, with workers that are made of nothing.
#include "sw/study/sweep/sweep_run.h"

#include "tests/support/catch.h"

#include <algorithm>
#include <functional>
#include <set>

using namespace quell;
using study::Arrivals;
using study::Chunk;
using study::Design;
using study::PointRecord;
using study::PointStatus;
using study::SweepControl;
using study::SweepDatabase;
using study::SweepOutcome;

namespace {

Design points(std::size_t count) {
    study::Axis axis{"x", {}, std::nullopt};
    for (std::size_t i = 0; i < count; ++i) axis.values.push_back(std::to_string(i));
    return Design::factorial({axis});
}

study::StudyIdentity identity_of(const Design& design) {
    study::StudyIdentity identity;
    identity.design = design.kind();
    identity.planned = design.size();
    identity.axes = {{"x", "", design.values(0)}};
    identity.metrics = {{"m", "", "", study::Better::less}};
    return identity;
}

// Works off one chunk per call of `wait`, as `fate` says.
class Scripted final : public study::Workforce {
public:
    explicit Scripted(std::size_t workers) : chunks_(workers) {}

    std::vector<std::size_t> idle() override {
        std::vector<std::size_t> result;
        for (std::size_t i = 0; i < chunks_.size(); ++i) {
            if (chunks_[i].count == 0) result.push_back(i);
        }
        return result;
    }
    void give(std::size_t worker, const Chunk& chunk) override {
        CHECK(chunks_[worker].count == 0);
        CHECK(chunk.count > 0);
        chunks_[worker] = chunk;
        given.push_back(chunk);
    }
    Arrivals wait(std::chrono::milliseconds) override {
        Arrivals arrivals;
        // The last busy one first: chunks come back in another order than they went.
        for (std::size_t i = chunks_.size(); i-- > 0;) {
            if (chunks_[i].count == 0) continue;
            const Chunk chunk = chunks_[i];
            chunks_[i] = {};
            if (chunk.count > 1 && dies_of(chunk)) {
                for (std::int64_t p = 0; p < chunk.count; ++p)
                    arrivals.returned.push_back({chunk.first + p, 1});
                return arrivals;
            }
            for (std::int64_t p = chunk.first; p < chunk.first + chunk.count; ++p) {
                computed.push_back(p);
                arrivals.records.push_back(fate(p));
            }
            return arrivals;
        }
        return arrivals;
    }

    std::function<PointRecord(std::int64_t)> fate = [](std::int64_t point) {
        return PointRecord{point, PointStatus::done, "", {static_cast<double>(point) * 2}, {}};
    };
    std::function<bool(const Chunk&)> dies_of = [](const Chunk&) { return false; };
    std::vector<Chunk> given;
    std::vector<std::int64_t> computed;

private:
    std::vector<Chunk> chunks_;
};

SweepControl quiet() {
    SweepControl control;
    control.progress = [](const study::SweepProgress&) {};
    control.interrupted = [] { return false; };
    return control;
}

void check_each_once(const std::vector<std::int64_t>& computed, std::int64_t count) {
    CHECK(static_cast<std::int64_t>(computed.size()) == count);
    CHECK(static_cast<std::int64_t>(std::set(computed.begin(), computed.end()).size()) == count);
}

}  // namespace

TEST_CASE("sweep run: every point is computed once and recorded") {
    const std::size_t workers = GENERATE(1, 3, 7);
    const Design design = points(5000);
    SweepDatabase database("", identity_of(design));
    Scripted workforce(workers);
    SweepControl control = quiet();
    std::vector<study::SweepProgress> told;
    control.progress = [&](const study::SweepProgress& progress) { told.push_back(progress); };
    const SweepOutcome outcome = run_sweep(design, database, workforce, control);
    CHECK(outcome.reused == 0);
    CHECK(outcome.computed == 5000);
    CHECK(!outcome.interrupted);
    check_each_once(workforce.computed, 5000);
    const study::StudyTable table = database.table();
    REQUIRE(table.points.size() == 5000);
    for (const study::StudyPoint& point : table.points) {
        if (point.values[0] != std::to_string(point.number) ||
            point.metrics[0] != 2.0 * static_cast<double>(point.number))
            FAIL("point " << point.number);
    }
    CHECK(told.front().recorded == 0);
    CHECK(told.back().recorded == 5000);
    CHECK(told.back().points == 5000);
    CHECK(std::ranges::is_sorted(told, {}, &study::SweepProgress::recorded));
    // Handing out gets cheaper: chunks grow.
    CHECK(std::ranges::max(workforce.given, {}, &Chunk::count).count > 16);
}

TEST_CASE("sweep run: where a point takes long, workers get one at a time") {
    const Design design = points(50);
    SweepDatabase database("", identity_of(design));
    Scripted workforce(2);
    SweepControl control = quiet();
    control.single_points = true;
    run_sweep(design, database, workforce, control);
    CHECK(std::ranges::all_of(workforce.given, [](const Chunk& chunk) { return chunk.count == 1; }));
    CHECK(workforce.given.size() == 50);
}

TEST_CASE("sweep run: points of a worker that died are given again, one by one") {
    const Design design = points(3000);
    SweepDatabase database("", identity_of(design));
    Scripted workforce(3);
    workforce.dies_of = [](const Chunk& chunk) {
        return chunk.first <= 1234 && 1234 < chunk.first + chunk.count;
    };
    workforce.fate = [](std::int64_t point) {
        if (point == 1234) return PointRecord{point, PointStatus::lost, "killed", {}, {}};
        return PointRecord{point, PointStatus::done, "", {0}, {}};
    };
    const SweepOutcome outcome = run_sweep(design, database, workforce, quiet());
    check_each_once(workforce.computed, 3000);
    CHECK(outcome.computed == 3000);
    CHECK(std::ranges::count(workforce.given, 1, &Chunk::count) > 1);
    const study::StudyTable table = database.table();
    CHECK(std::ranges::count(table.points, PointStatus::lost, &study::StudyPoint::status) == 1);
    CHECK(table.points[1234].status == PointStatus::lost);
}

TEST_CASE("sweep run: what is there is not computed again, what was lost is, what failed where asked") {
    const Design design = points(20);
    SweepDatabase database("", identity_of(design));
    for (const std::int64_t point : {0, 1, 7, 19})
        database.record({point, PointStatus::done, "", {1}, {}}, {static_cast<std::size_t>(point)});
    for (const std::int64_t point : {2, 9})
        database.record({point, PointStatus::failed, "no", {}, {}}, {static_cast<std::size_t>(point)});
    for (const std::int64_t point : {3, 18})
        database.record({point, PointStatus::lost, "no", {}, {}}, {static_cast<std::size_t>(point)});
    database.commit();
    const bool retry = GENERATE(false, true);
    Scripted workforce(2);
    SweepControl control = quiet();
    control.retry_failed = retry;
    const SweepOutcome outcome = run_sweep(design, database, workforce, control);
    CHECK(outcome.reused == (retry ? 4 : 6));
    CHECK(outcome.computed == (retry ? 16 : 14));
    std::vector<std::int64_t> expected{3, 4, 5, 6, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18};
    if (retry) expected.insert(expected.end(), {2, 9});
    std::ranges::sort(expected);
    std::ranges::sort(workforce.computed);
    CHECK(workforce.computed == expected);
    Scripted nobody(2);
    CHECK(run_sweep(design, database, nobody, quiet()).computed == 0);
    CHECK(nobody.given.empty());
}

TEST_CASE("sweep run: interrupted, what came is recorded") {
    const Design design = points(1000);
    SweepDatabase database("", identity_of(design));
    Scripted workforce(2);
    SweepControl control = quiet();
    int asked = 0;
    control.interrupted = [&] { return ++asked > 5; };
    const SweepOutcome outcome = run_sweep(design, database, workforce, control);
    CHECK(outcome.interrupted);
    CHECK(outcome.computed == static_cast<std::int64_t>(workforce.computed.size()));
    CHECK(database.table().points.size() == workforce.computed.size());
    CHECK(!workforce.computed.empty());
    CHECK(workforce.computed.size() < 1000);
    const SweepOutcome rest = run_sweep(design, database, workforce, quiet());
    CHECK(rest.reused == outcome.computed);
    check_each_once(workforce.computed, 1000);
}
