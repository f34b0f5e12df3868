#include "models/timing/block_timing.h"
#include "models/base/error.h"
#include "models/timing/plan_search.h"
#include "tests/support/catch.h"
#include "tests/unit/timing/block_draw.h"

#include <algorithm>
#include <optional>
#include <tuple>

using namespace quell;
using config::DenoiserConfig;
using test::Draw;

namespace {

timing::BlockTiming time_of(std::int64_t c, std::int64_t h, std::int64_t w, const DenoiserConfig& config) {
    return timing::time_block(denoiser::make_geometry(c, h, w, config), config);
}

}  // namespace

TEST_CASE("the smallest block, counted by hand", "[timing]") {
    // 1x1x1, all latencies at their defaults. Weights: 1+9+1+1 = 12 words, two beats; X one beat: start 1,
    // weights until 1+4+4+2 = 11, X until 11+4+4+1 = 20. A step of one pass: issue 2, latency 1, load 1,
    // array 7, write 1 = 12. LeakyReLU 2+1+1+1 = 5. Cancellation 2+3+1+1+27 = 34. Store 4+4+1, done 1.
    const auto t = time_of(1, 1, 1, {});
    CHECK(t.phases[0] == 19);
    CHECK(t.phases[1] == 12);
    CHECK(t.phases[2] == 5);
    // Depthwise: on a map one pixel wide the window of each kernel row covers that pixel, so three passes
    // load a word each and start at 4, 5, 6; the sum is at the writer at 13.
    CHECK(t.phases[3] == 14);
    CHECK(t.phases[5] == 12);
    CHECK(t.phases[6] == 12);
    CHECK(t.phases[7] == 34);
    CHECK(t.phases[8] == 10);
    CHECK(t.cycles == 19 + 12 + 5 + 14 + 5 + 12 + 12 + 34 + 10);
}

TEST_CASE("the two blocks of ResNet-18 meet the machine's targets", "[timing]") {
    DenoiserConfig config;
    const auto first = time_of(64, 112, 112, config), last = time_of(512, 7, 7, config);
    CHECK(first.bound_cycles == 448239);
    CHECK(first.pointwise_utilisation(10) >= 0.85);
    CHECK(last.pointwise_utilisation(10) >= 0.80);
    CHECK(static_cast<double>(first.cycles) <= 1.8 * 448239);
    config.schedule = config::Schedule::overlapped;
    CHECK(static_cast<double>(time_of(64, 112, 112, config).cycles) <= 1.25 * 448239);
}

namespace {

// The plan of docs/timing.md, section 2, found by trying everything.
timing::BlockPlan exhaustive_plan(const denoiser::Geometry& g, const DenoiserConfig& config) {
    std::optional<timing::BlockPlan> best;
    std::tuple<timing::Cycles, int, int> best_merit;
    const auto consider = [&](timing::BlockPlan plan) {
        const int most = std::min({config.lanes, plan.lane_read_words, plan.lane_write_words});
        for (plan.lanes = 1; plan.lanes <= most; ++plan.lanes) {
            timing::UncontendedDma dma(config.dma_bits / 16);
            const std::tuple merit(timing::run_plan(plan, config, dma).cycles, plan.cores, plan.lanes);
            if (best && merit >= best_merit) continue;
            best = plan;
            best_merit = merit;
        }
    };
    const auto cores = std::min<std::int64_t>(config.cores, timing::ceil_divide(g.pixels(), 3));
    for (int n = 1; n <= cores; ++n) {
        if (timing::fits(g, config, n, timing::LaneMode::own_phase))
            consider(timing::plan_strips(g, config, n, timing::LaneMode::own_phase));
        if (config.schedule != config::Schedule::overlapped || g.channels < 2) continue;
        if (!timing::fits(g, config, n, timing::LaneMode::beside_cores)) continue;
        timing::BlockPlan plan = timing::plan_strips(g, config, n, timing::LaneMode::beside_cores);
        for (int writes = 1; writes < plan.write_words; ++writes) {
            for (int reads = 1; reads < plan.read_words; ++reads) {
                plan.lane_write_words = writes;
                plan.core_write_words = plan.write_words - writes;
                plan.lane_read_words = reads;
                plan.core_read_words = plan.read_words - reads;
                consider(plan);
            }
        }
    }
    return best.value();
}

}  // namespace

TEST_CASE("the search leaves out no better plan", "[timing]") {
    Draw draw(41);
    for (int left = 100; left > 0;) {
        const DenoiserConfig config = draw.config();
        const denoiser::Geometry g =
            denoiser::make_geometry(draw.between(1, 12), draw.between(1, 7), draw.between(1, 7), config);
        timing::BlockPlan plan;
        try {
            plan = timing::plan_block(g, config);
        } catch (const Error&) {
            continue;  // does not fit
        }
        --left;
        const timing::BlockPlan expected = exhaustive_plan(g, config);
        const auto choice = [](const timing::BlockPlan& p) {
            return std::tuple(p.cores, p.lanes, p.lane_mode, p.lane_write_words, p.lane_read_words);
        };
        CHECK(choice(plan) == choice(expected));
    }
}

TEST_CASE("every memory knob binds somewhere", "[timing]") {
    DenoiserConfig config;
    const timing::Cycles base = time_of(64, 56, 56, config).cycles;
    const auto halved = [&](auto change) {
        DenoiserConfig less = config;
        change(less);
        return time_of(64, 56, 56, less).cycles;
    };
    CHECK(halved([](DenoiserConfig& l) { l.activation.read_words /= 2; }) > base);
    CHECK(halved([](DenoiserConfig& l) { l.activation.write_words /= 2; }) > base);
    CHECK(halved([](DenoiserConfig& l) { l.activation.banks /= 2; }) > base);
    CHECK(halved([](DenoiserConfig& l) { l.activation.bytes /= 2; }) > base);
    CHECK(halved([](DenoiserConfig& l) { l.weight.read_words = 2; }) > base);
    CHECK(halved([](DenoiserConfig& l) { l.weight.bytes = 512; }) > base);
    CHECK(halved([](DenoiserConfig& l) { l.dma_bits /= 2; }) > base);
    CHECK(halved([](DenoiserConfig& l) { l.activation.read_latency = 2; }) > base);
    CHECK(halved([](DenoiserConfig& l) { l.lanes /= 2; }) > base);
    CHECK(halved([](DenoiserConfig& l) { l.cores /= 2; }) > base);
}

TEST_CASE("a block that does not fit says the least that would do", "[timing]") {
    DenoiserConfig config;
    config.activation.bytes = 1024;
    const auto g = denoiser::make_geometry(64, 28, 28, config);
    CHECK_THROWS_WITH(timing::plan_block(g, config),
                      test::contains("denoiser.activation_sram_bytes = 1024") && test::contains("at least"));
    const std::int64_t least = timing::least_activation_bytes(g);
    config.activation.bytes = least;
    CHECK_NOTHROW(timing::plan_block(g, config));
    config.activation.bytes = least - 2;
    CHECK_THROWS_AS(timing::plan_block(g, config), Error);
    config = {};
    config.weight.bytes = 128;
    CHECK_THROWS_WITH(timing::plan_block(g, config), test::contains("denoiser.weight_sram_bytes = 128"));
}
