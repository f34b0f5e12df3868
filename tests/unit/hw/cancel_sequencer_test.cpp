#include "hw/cancel_sequencer.h"

#include "tests/support/catch.h"
#include "tests/unit/hw/drawn_cases.h"

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

using namespace quell;
using numeric::Word;
using timing::Cycles;

namespace {

struct Machine {
    int lanes = 1, read_words = 3, operands = 3, read_latency = 1;
    int group() const { return lanes * (read_words / lanes); }
    Cycles lane_latency() const { return operands == 3 ? 27 : 2; }
    timing::LaneUse use() const { return {lanes, group(), operands, lane_latency()}; }
};

Machine draw_machine(test::DrawnCases& draw) {
    Machine m;
    m.lanes = draw.integer(1, 9);
    m.read_words = m.lanes + draw.integer(0, 20);
    m.operands = draw.integer(2, 3);
    m.read_latency = draw.integer(1, 4);
    return m;
}

std::ostream& operator<<(std::ostream& stream, const Machine& m) {
    return stream << m.lanes << " lanes, " << m.read_words << " words a cycle, " << m.operands
                  << " operands, SRAM latency " << m.read_latency;
}

Word sram_word(std::uint32_t address) {
    return static_cast<Word>(address * 40503U >> 2);
}

// What the sequencer drives in one cycle.
struct Commands {
    hw::ReadRequest read;
    hw::LaneFeed feed;
    hw::LaneWrite write;
    bool operator==(const Commands&) const = default;
};
std::ostream& operator<<(std::ostream& stream, const Commands& c) {
    return stream << "read " << c.read << "; feed " << c.feed << "; write " << c.write;
}

// A job by docs/timing.md, section 4, in cycles from its begin.
struct PlainJob {
    std::map<Cycles, Commands> commands;
    Cycles total = 0;

    PlainJob(const hw::CancelJob& job, const Machine& m) {
        const std::int64_t g = m.group(), groups = timing::ceil_divide(job.elements, g);
        const Cycles period = std::max<Cycles>(m.operands, g / m.lanes);
        const Cycles first_feed = 2 + m.operands + m.read_latency;
        for (std::int64_t group = 0; group < groups; ++group) {
            const std::int64_t size = std::min(g, job.elements - group * g);
            const auto at = static_cast<std::uint32_t>(group * g);
            for (int operand = 0; operand < m.operands; ++operand) {
                const std::uint32_t base = operand == 0 ? job.x : operand == 1 ? job.mean : job.variance;
                commands[2 + group * period + operand].read = {static_cast<std::uint32_t>(size), base + at,
                                                               static_cast<std::uint32_t>(m.read_words)};
            }
            for (std::int64_t done = 0; done < size; done += m.lanes) {
                const Cycles enters = first_feed + group * period + done / m.lanes;
                const std::int64_t count = std::min<std::int64_t>(m.lanes, size - done);
                hw::LaneFeed& feed = commands[enters].feed;
                feed.count = static_cast<std::uint16_t>(count);
                for (std::int64_t k = 0; k < count; ++k) {
                    const auto element = static_cast<std::uint32_t>(group * g + done + k);
                    const auto lane = static_cast<std::size_t>(k);
                    feed.x[lane] = sram_word(job.x + element);
                    feed.mean[lane] = sram_word(job.mean + element);
                    if (m.operands == 3) feed.variance[lane] = sram_word(job.variance + element);
                }
                // The lanes' output registers have it when this cycle ends.
                commands[enters + m.lane_latency() - 1].write = {
                    static_cast<std::uint32_t>(count), job.x + static_cast<std::uint32_t>(group * g + done)};
            }
        }
        total = 2 + m.operands + m.read_latency + (groups - 1) * period +
                timing::ceil_divide(job.elements - (groups - 1) * g, m.lanes) + m.lane_latency();
        // The last words go to the SRAM in the job's last cycle.
        CHECK(commands.rbegin()->first == total - 2);
    }
};

// The sequencer with the SRAM that it asks; stepped as the DCU does.
struct Bench {
    const Machine m;
    hw::CancelSequencer unit;
    std::map<Cycles, hw::WordBus> data;  // on the bus in a cycle
    Cycles now = 0;

    explicit Bench(const Machine& machine) : m(machine) {
        unit.configure(m.use(), m.read_words, m.read_latency);
    }

    // The edge before cycle `now`.
    void edge() {
        if (const auto before = data.find(now - 1); before != data.end()) unit.capture(before->second);
        unit.finish();
    }
    // Cycle `now`, and time goes on.
    Commands cycle(bool stand_still) {
        unit.step(stand_still);
        const hw::ReadRequest read = unit.read();
        if (read.count > 0) {
            hw::WordBus& bus = data[now + m.read_latency];
            for (std::uint32_t k = 0; k < read.count; ++k) {
                bus.words[bus.count++] = sram_word(read.address + k);
            }
        }
        ++now;
        return {read, unit.feed(), unit.write()};
    }
};

hw::CancelJob draw_job(test::DrawnCases& draw) {
    hw::CancelJob job;
    job.elements = draw.one_in(4) ? draw.between(1, 3) : draw.between(1, 200);
    job.x = static_cast<std::uint32_t>(draw.between(0, 1000));
    job.mean = static_cast<std::uint32_t>(draw.between(2000, 3000));
    job.variance = static_cast<std::uint32_t>(draw.between(4000, 5000));
    return job;
}

}  // namespace

TEST_CASE("jobs fetch, feed and store in the cycles of docs/timing.md, section 4, however they stand still") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 400; ++trial) {
        const Machine m = draw_machine(draw);
        INFO("trial " << trial << ": " << m);
        Bench bench(m);
        std::map<Cycles, hw::CancelJob> added;
        Cycles at = draw.between(0, 5);
        for (std::int64_t k = draw.between(1, 4); k > 0; --k) {
            added[at] = draw_job(draw);
            at += draw.one_in(2) ? 1 : draw.between(1, 150);
        }
        // Never, now and then, or for long stretches.
        const int stops = draw.integer(0, 2);
        bool still = false;

        std::deque<PlainJob> waiting;
        std::int64_t done = 0;
        Cycles job_cycle = 0, busy = 0;
        while (bench.now < at || !waiting.empty()) {
            bench.edge();
            if (!waiting.empty() && job_cycle == waiting.front().total) {
                waiting.pop_front();
                ++done;
                job_cycle = 0;
            }
            REQUIRE(bench.unit.jobs_done() == done);
            REQUIRE(bench.unit.busy() == !waiting.empty());
            if (const auto job = added.find(bench.now); job != added.end()) {
                bench.unit.add(job->second);
                waiting.emplace_back(job->second, m);
            }
            if (stops == 1) still = draw.one_in(3);
            if (stops == 2 && draw.one_in(12)) still = !still;
            Commands expected;
            if (!waiting.empty() && !still) {
                expected = waiting.front().commands[job_cycle++];
                ++busy;
            }
            const Cycles now = bench.now;
            const Commands seen = bench.cycle(still);
            if (!(seen == expected)) {
                INFO("cycle " << now);
                REQUIRE(seen == expected);
            }
        }
        REQUIRE(bench.unit.busy_cycles() == busy);
    }
}

TEST_CASE("one group of two lanes, by hand") {
    // 5 elements, 2 lanes, 4 words a cycle: groups of 4 and 1. Asked in 2, 3, 4, on the bus in 3, 4, 5, taken
    // in 6 and 7; the second group, a period of 3 later, in 9. Stored 27 cycles behind: the lanes' registers
    // have it when cycles 32, 33 and 35 end, and it is over after 37 cycles.
    const Machine m{2, 4, 3, 1};
    Bench bench(m);
    bench.unit.add({5, 100, 200, 300});
    std::map<Cycles, std::string> seen;
    for (;;) {
        bench.edge();
        if (!bench.unit.busy()) break;
        const Cycles now = bench.now;
        const Commands c = bench.cycle(false);
        std::string line;
        if (c.read.count > 0) {
            line += "read " + std::to_string(c.read.count) + " from " + std::to_string(c.read.address);
        }
        if (c.feed.count > 0) line += " feed " + std::to_string(c.feed.count);
        if (c.write.count > 0) {
            line += " write " + std::to_string(c.write.count) + " to " + std::to_string(c.write.address);
        }
        if (!line.empty()) seen[now] = line;
    }
    CHECK(bench.now == 37);
    CHECK(seen == std::map<Cycles, std::string>{{2, "read 4 from 100"},
                                                {3, "read 4 from 200"},
                                                {4, "read 4 from 300"},
                                                {5, "read 1 from 104"},
                                                {6, "read 1 from 204 feed 2"},
                                                {7, "read 1 from 304 feed 2"},
                                                {9, " feed 1"},
                                                {32, " write 2 to 100"},
                                                {33, " write 2 to 102"},
                                                {35, " write 1 to 104"}});
}

TEST_CASE("a sequencer that is configured anew forgets jobs and operands") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 100; ++trial) {
        const Machine before = draw_machine(draw);
        Machine after = draw_machine(draw);
        after.operands = before.operands;  // a unit samples or does not
        INFO("trial " << trial << ": " << before << ", then " << after);
        Bench used(before);
        used.unit.add(draw_job(draw));
        used.unit.add(draw_job(draw));
        const Cycles cycles = draw.between(0, 100);
        while (used.now < cycles) {
            used.edge();
            used.cycle(false);
        }
        Bench bench(after);
        bench.unit = used.unit;
        bench.unit.configure(after.use(), after.read_words, after.read_latency);
        REQUIRE_FALSE(bench.unit.busy());
        REQUIRE(bench.unit.jobs_done() == 0);
        REQUIRE(bench.unit.busy_cycles() == 0);
        const hw::CancelJob job = draw_job(draw);
        bench.unit.add(job);
        PlainJob plain(job, after);
        for (Cycles cycle = 0; cycle < plain.total; ++cycle) {
            bench.edge();
            REQUIRE(bench.unit.busy());
            REQUIRE(bench.cycle(false) == plain.commands[cycle]);
        }
        bench.edge();
        REQUIRE_FALSE(bench.unit.busy());
    }
}
