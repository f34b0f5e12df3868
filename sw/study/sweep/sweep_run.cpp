#include "sw/study/sweep/sweep_run.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>

namespace quell::study {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A point is in the file this long after it came, at most; many that come together share a commit.
constexpr milliseconds commit_interval{100};
// A worker is busy this long with what it gets at once, so that handing out costs little.
constexpr milliseconds chunk_time{20};
constexpr std::int64_t largest_chunk = 1024;

// The points that are still to be given out, in order.
class Remaining {
public:
    Remaining(const std::vector<SweepDatabase::State>& states, bool retry_failed) {
        using State = SweepDatabase::State;
        for (std::size_t i = 0; i < states.size(); ++i) {
            if (states[i] == State::done || (states[i] == State::failed && !retry_failed)) continue;
            const auto point = static_cast<std::int64_t>(i);
            if (!runs_.empty() && runs_.back().first + runs_.back().count == point) {
                ++runs_.back().count;
            } else {
                runs_.push_back({point, 1});
            }
        }
    }

    bool empty() const { return runs_.empty() && singles_.empty(); }
    void put_back(const Chunk& chunk) { singles_.push_back(chunk); }

    Chunk take(std::int64_t most) {
        if (!singles_.empty()) {
            const Chunk chunk = singles_.front();
            singles_.pop_front();
            return chunk;
        }
        Chunk& run = runs_.front();
        const Chunk chunk{run.first, std::min(most, run.count)};
        run.first += chunk.count;
        run.count -= chunk.count;
        if (run.count == 0) runs_.pop_front();
        return chunk;
    }

private:
    std::deque<Chunk> runs_, singles_;
};

// How many points a worker gets at once.
class ChunkSizes {
public:
    explicit ChunkSizes(bool single) : single_(single) {}
    std::int64_t next(std::size_t worker) {
        Given& given = workers_[worker];
        const auto now = Clock::now();
        if (given.size > 0 && !single_) {
            const auto took = now - given.begin;
            if (took < chunk_time / 2) given.size = std::min(2 * given.size, largest_chunk);
            if (took > 2 * chunk_time) given.size = std::max<std::int64_t>(given.size / 2, 1);
        }
        given.size = std::max<std::int64_t>(given.size, 1);
        given.begin = now;
        return given.size;
    }

private:
    struct Given {
        std::int64_t size = 0;
        Clock::time_point begin;
    };
    bool single_;
    std::map<std::size_t, Given> workers_;
};

}  // namespace

SweepOutcome run_sweep(const Design& design, SweepDatabase& database, Workforce& workforce,
                       const SweepControl& control) {
    const std::vector<SweepDatabase::State> states = database.states();
    Remaining remaining(states, control.retry_failed);
    ChunkSizes sizes(control.single_points);
    SweepProgress progress;
    progress.points = design.size();
    for (const SweepDatabase::State state : states) {
        if (state == SweepDatabase::State::done ||
            (state == SweepDatabase::State::failed && !control.retry_failed))
            ++progress.recorded;
    }
    SweepOutcome outcome;
    outcome.reused = progress.recorded;
    auto committed = Clock::now();
    std::int64_t under_way = 0;
    control.progress(progress);
    while (!remaining.empty() || under_way > 0) {
        if (control.interrupted()) {
            outcome.interrupted = true;
            break;
        }
        for (const std::size_t worker : workforce.idle()) {
            if (remaining.empty()) break;
            const Chunk chunk = remaining.take(sizes.next(worker));
            under_way += chunk.count;
            workforce.give(worker, chunk);
        }
        const Arrivals arrivals = workforce.wait(commit_interval);
        for (const PointRecord& record : arrivals.records) {
            database.record(record, design.levels(record.point));
            --under_way;
            ++progress.recorded;
            ++progress.computed;
            if (record.status != PointStatus::done) ++progress.failed;
        }
        for (const Chunk& chunk : arrivals.returned) {
            remaining.put_back(chunk);
            under_way -= chunk.count;
        }
        const bool waited = arrivals.records.empty();
        if (waited || control.single_points || Clock::now() - committed >= commit_interval) {
            database.commit();
            committed = Clock::now();
        }
        control.progress(progress);
    }
    database.commit();
    outcome.computed = progress.computed;
    return outcome;
}

}  // namespace quell::study
