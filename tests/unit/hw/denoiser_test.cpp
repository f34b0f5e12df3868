#include "hw/denoiser.h"

#include "tests/unit/hw/denoiser_bench.h"

#include <algorithm>
#include <map>
#include <set>

using namespace sc_core;
using namespace quell;
using hw::DcuState;

namespace {

// What a start gave: everything that can be told from outside.
struct Result {
    std::int64_t cycles = 0;
    std::vector<denoiser::Word> memory;
    std::vector<std::int64_t> accesses;  // of this start
    std::vector<std::int64_t> breakdown;
};

std::vector<std::int64_t> accesses(const hw::Denoiser& unit) {
    const timing::BlockCounts counts = unit.sram_counts();
    return {counts.activation_reads, counts.activation_writes, counts.weight_reads};
}

Result run(test::DenoiserBench& bench) {
    const std::vector<std::int64_t> before = accesses(bench.unit);
    Result result;
    result.cycles = bench.run();
    result.memory = bench.memory;
    result.accesses = accesses(bench.unit);
    for (std::size_t k = 0; k < before.size(); ++k) result.accesses[k] -= before[k];
    const timing::BlockTiming timing = bench.unit.timing();
    const timing::BlockBreakdown& b = timing.breakdown;
    result.breakdown = {b.compute, b.fill,  b.drain,     b.sram_stall, b.lane_stall,
                        b.load,    b.store, b.bus_stall, b.control};
    result.breakdown.insert(result.breakdown.end(), timing.phases.begin(), timing.phases.end());
    return result;
}

// What a user sees; what the SRAMs counted besides.
void same(const Result& a, const Result& b) {
    REQUIRE(a.cycles == b.cycles);
    REQUIRE((a.memory == b.memory));
    REQUIRE(a.breakdown == b.breakdown);
}

// A run of a unit that has done nothing before.
Result fresh_run(const test::DenoiserCase& c, const std::function<std::int64_t(std::uint64_t)>& delay) {
    const test::SystemCFixture kernel;
    test::DenoiserBench bench(c);
    bench.delay = delay;
    return run(bench);
}

// Answers after 1 to 4 cycles, always the same for one address.
std::function<std::int64_t(std::uint64_t)> draw_delays(test::DrawnCases& draw) {
    if (draw.one_in(2)) return [](std::uint64_t) { return 1; };
    const auto factor = static_cast<std::uint64_t>(2 * draw.between(1, 1 << 20) + 1);
    return [factor](std::uint64_t address) {
        return static_cast<std::int64_t>((address * factor >> 7) % 4 + 1);
    };
}

}  // namespace

TEST_CASE("drawn blocks have the golden model's bits and the planned cycles, on a bus of their own") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 30; ++trial) {
        const test::DenoiserCase c = test::draw_denoiser(draw);
        INFO("trial " << trial << ": " << c);
        const test::SystemCFixture kernel;
        test::DenoiserBench bench(c);
        REQUIRE(bench.run() == timing::time_block(c.geometry, c.config).cycles);
        REQUIRE(bench.output() == c.golden_output());
        REQUIRE(bench.unit.timing().cycles == timing::time_block(c.geometry, c.config).cycles);
        REQUIRE_FALSE(bench.unit.failed());
    }
}

TEST_CASE("in the sequential schedule one unit is enabled in each cycle between waits, and none outside") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 30; ++trial) {
        test::DenoiserCase drawn = test::draw_denoiser(draw);
        config::DenoiserConfig config = drawn.config;
        config.schedule = config::Schedule::sequential;
        const test::DenoiserCase c(config, drawn.geometry.channels, drawn.geometry.height,
                                   drawn.geometry.width, 3);
        INFO("trial " << trial << ": " << c);
        const test::SystemCFixture kernel;
        test::DenoiserBench bench(c);
        bench.delay = draw_delays(draw);
        enum Unit { nothing, convolution, leaky_relu, cancellation };
        const auto enabled = [&bench] {
            return std::vector<bool>{bench.signal<bool>("core_enable"),
                                     bench.signal<bool>("leaky_relu_enable"),
                                     bench.signal<bool>("lane_enable")};
        };
        std::map<DcuState, std::int64_t> cycles;
        for (int start = 0; start < 2; ++start) {
            bench.run([&] {
                const auto state = static_cast<DcuState>(bench.signal<std::uint8_t>("state"));
                ++cycles[state];
                Unit unit = nothing;
                switch (state) {
                    case DcuState::reduce:
                    case DcuState::depthwise:
                    case DcuState::mean:
                    case DcuState::variance:
                        unit = convolution;
                        break;
                    case DcuState::leaky_relu_1:
                    case DcuState::leaky_relu_2:
                        unit = leaky_relu;
                        break;
                    case DcuState::cancel:
                        unit = cancellation;
                        break;
                    default:
                        break;
                }
                INFO("cycle " << bench.now << ", state " << static_cast<int>(state));
                const std::vector<bool> expected{unit == convolution, unit == leaky_relu,
                                                 unit == cancellation};
                if (enabled() != expected) REQUIRE(enabled() == expected);
            });
            for (int cycle = 0; cycle < 5; ++cycle) {
                REQUIRE(enabled() == std::vector<bool>{false, false, false});
                bench.step();
            }
        }
        // Each had its turn.
        for (const DcuState state : {DcuState::reduce, DcuState::leaky_relu_1, DcuState::depthwise,
                                     DcuState::leaky_relu_2, DcuState::mean, DcuState::cancel}) {
            REQUIRE(cycles[state] > 0);
        }
        REQUIRE((cycles[DcuState::variance] > 0) == c.geometry.variance_head);
    }
}

TEST_CASE("the DCU steps through its states in the order of docs/timing.md, section 6") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 20; ++trial) {
        test::DenoiserCase drawn = test::draw_denoiser(draw);
        config::DenoiserConfig config = drawn.config;
        config.schedule = config::Schedule::sequential;
        const test::DenoiserCase c(config, drawn.geometry.channels, drawn.geometry.height,
                                   drawn.geometry.width, 5);
        INFO("trial " << trial << ": " << c);
        std::vector<DcuState> expected;
        const timing::BlockPlan& plan = c.plan;
        for (std::int64_t j = 0; j < plan.strips + plan.lookahead; ++j) {
            if (j < plan.strips) {
                expected.insert(expected.end(), {DcuState::reduce, DcuState::leaky_relu_1});
            }
            if (j < plan.lookahead) continue;
            expected.insert(expected.end(), {DcuState::depthwise, DcuState::leaky_relu_2});
            for (std::size_t tile = 0; tile < plan.head_tiles.size(); ++tile) {
                expected.push_back(DcuState::mean);
                if (c.geometry.variance_head) expected.push_back(DcuState::variance);
                expected.push_back(DcuState::cancel);
            }
        }
        expected.push_back(DcuState::wait_store);
        const test::SystemCFixture kernel;
        test::DenoiserBench bench(c);
        std::vector<DcuState> seen;
        bench.run([&] {
            const auto state = static_cast<DcuState>(bench.signal<std::uint8_t>("state"));
            if (state == DcuState::wait_input) return;  // however long, or not at all
            if (seen.empty() || seen.back() != state) seen.push_back(state);
        });
        REQUIRE((seen == expected));
    }
}

TEST_CASE("a unit that was reset at any cycle runs as a fresh one, bits and cycles") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 25; ++trial) {
        const test::DenoiserCase c = test::draw_denoiser(draw);
        const auto delay = draw_delays(draw);
        const Result fresh = fresh_run(c, delay);
        INFO("trial " << trial << ": " << c);
        REQUIRE(fresh.cycles > 0);

        const test::SystemCFixture kernel;
        test::DenoiserBench bench(c);
        bench.delay = delay;
        for (std::int64_t resets = draw.between(1, 3); resets > 0; --resets) {
            // From the cycle of the start to the one after `done`; a reset is one cycle or longer, the next
            // start comes at once or later.
            const std::int64_t at = draw.between(0, fresh.cycles + 1);
            INFO("reset in cycle " << at << " of " << fresh.cycles);
            bench.begin();
            bench.steps(at);
            bench.reset = true;
            const std::int64_t held = draw.one_in(2) ? 1 : draw.between(2, 6);
            bench.steps(held);
            REQUIRE_FALSE(bench.done.read());
            bench.reset = false;
            if (draw.one_in(2)) {
                bench.steps(draw.between(1, 10));
                REQUIRE_FALSE(bench.done.read());
            }
            if (draw.one_in(3)) continue;
            const Result again = run(bench);
            same(again, fresh);
            // What the lanes had ready when a reset of one cycle came may still be written, before all of the
            // start's.
            if (held > 1) REQUIRE(again.accesses == fresh.accesses);
        }
        same(run(bench), fresh);
    }
}

TEST_CASE("a second start does what the first did, at once or later") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 15; ++trial) {
        const test::DenoiserCase c = test::draw_denoiser(draw);
        INFO("trial " << trial << ": " << c);
        const test::SystemCFixture kernel;
        test::DenoiserBench bench(c);
        const Result first = run(bench);
        if (draw.one_in(2)) bench.steps(draw.between(1, 30));
        REQUIRE(bench.done.read());
        const Result second = run(bench);
        same(second, first);
        REQUIRE(second.accesses == first.accesses);
    }
}

TEST_CASE("a start in a reset is none") {
    test::DrawnCases draw;
    const test::DenoiserCase c = test::draw_denoiser(draw);
    const test::SystemCFixture kernel;
    test::DenoiserBench bench(c);
    bench.reset = true;
    bench.begin();
    bench.reset = false;
    bench.steps(100);
    CHECK(bench.beats == 0);
    CHECK_FALSE(bench.done.read());
}

TEST_CASE("a beat that memory refuses ends the start as failed: the next start runs as a fresh unit's") {
    test::DrawnCases draw;
    for (int trial = 0; trial < 20; ++trial) {
        const test::DenoiserCase c = test::draw_denoiser(draw);
        const auto delay = draw_delays(draw);
        INFO("trial " << trial << ": " << c);
        std::int64_t beats = 0;
        Result fresh;
        {
            const test::SystemCFixture kernel;
            test::DenoiserBench bench(c);
            bench.delay = delay;
            fresh = run(bench);
            beats = bench.beats;
        }
        const test::SystemCFixture kernel;
        test::DenoiserBench bench(c);
        bench.delay = delay;
        bench.refused = draw.between(0, beats - 1);
        INFO("beat " << bench.refused << " of " << beats << " is refused");
        bench.run();
        REQUIRE(bench.unit.failed());
        REQUIRE(bench.done.read());
        // Nothing more is asked for.
        const std::int64_t asked = bench.beats;
        REQUIRE(asked <= bench.refused + 2);
        bench.steps(draw.between(1, 30));
        REQUIRE(bench.beats == asked);
        const Result again = run(bench);
        REQUIRE_FALSE(bench.unit.failed());
        same(again, fresh);
    }
}
