#include "sw/compiler/pipeline_schedule.h"

#include "tests/support/catch.h"

#include <algorithm>

using namespace quell;
using compiler::MachineLayer;
using compiler::MachineNetwork;
using compiler::PipelinePlan;
using timing::Cycles;
using timing::StageWait;

namespace {

MachineLayer layer(bool on_crossbars, std::vector<std::size_t> reads, std::size_t writes) {
    MachineLayer result;
    result.on_crossbars = on_crossbars;
    result.reads = std::move(reads);
    result.writes = writes;
    return result;
}

// Input 0; a = conv(0) -> 1; b = conv(1) -> 2; c = conv(2) -> 3; sum = 1 + 3 -> 4; pool(4) -> 5.
MachineNetwork residual() {
    MachineNetwork network;
    network.maps.resize(6);
    for (compiler::FeatureMap& map : network.maps) map.words = 100;
    network.layers = {layer(true, {0}, 1), layer(true, {1}, 2), layer(true, {2}, 3), layer(false, {1, 3}, 4),
                      layer(false, {4}, 5)};
    return network;
}

const std::vector<Cycles> cycles{100, 100, 100, 10, 5}, no_blocks(5, 0);
constexpr std::int64_t roomy = 1 << 20;  // words of scratchpad

bool waits(const PipelinePlan& plan, std::size_t stage, const StageWait& wait) {
    const auto& all = plan.pipeline.stages[stage].waits;
    return std::find(all.begin(), all.end(), wait) != all.end();
}

}  // namespace

TEST_CASE("layers on crossbars have counters of their own, the digital ones share one", "[compiler]") {
    const PipelinePlan plan = plan_pipeline(residual(), cycles, no_blocks, roomy);
    CHECK(plan.pipeline.counters == std::vector<std::vector<std::size_t>>{{0}, {1}, {2}, {3, 4}});
    CHECK(waits(plan, 3, {0, 0}));
    CHECK(waits(plan, 3, {2, 0}));
    CHECK(plan.pipeline.stages[0].waits.size() == 2);  // the readers of its map
}

// The interval is 100. Map 1 lives from 0, when a begins, to 310, when the sum has read it: four intervals
// are touched. Map 4 lives from 300 to 315.
TEST_CASE("a map has as many buffers as images need it at the same time, two where there is room",
          "[compiler]") {
    const PipelinePlan plan = plan_pipeline(residual(), cycles, no_blocks, roomy);
    CHECK(plan.map_buffers == std::vector<std::int64_t>{2, 4, 2, 2, 2, 2});
    CHECK(waits(plan, 0, {3, 4}));
    CHECK(waits(plan, 0, {1, 4}));

    // Maps 1 to 5 need 4, 2, 2, 1 and 1 buffers of 100 words.
    const auto buffers = [](std::int64_t scratchpad_words) {
        return plan_pipeline(residual(), cycles, no_blocks, scratchpad_words).map_buffers;
    };
    CHECK(buffers(1199) == std::vector<std::int64_t>{2, 4, 2, 2, 2, 1});
    CHECK(buffers(1099) == std::vector<std::int64_t>{2, 4, 2, 2, 1, 1});
    // At this pace nothing is lost.
    const PipelinePlan tight = plan_pipeline(residual(), cycles, no_blocks, 0);
    CHECK(timing::time_pipeline(tight.pipeline, 20).total() == 315 + 19 * 100);
}

TEST_CASE("the pace is that of the slowest counter", "[compiler]") {
    const PipelinePlan plan = plan_pipeline(residual(), cycles, no_blocks, roomy);
    const timing::PipelineTimes times = timing::time_pipeline(plan.pipeline, 20);
    CHECK(times.image_end.front() == 315);
    CHECK(times.total() == 315 + 19 * 100);
    // Digital layers that take longer together than any other.
    const PipelinePlan slow =
        plan_pipeline(residual(), std::vector<Cycles>{50, 50, 50, 80, 60}, no_blocks, roomy);
    CHECK(timing::time_pipeline(slow.pipeline, 20).total() == 290 + 19 * 140);
}

TEST_CASE("a block stands between its layer and whoever reads the map", "[compiler]") {
    MachineNetwork network = residual();
    network.layers[0].denoised = true;
    const PipelinePlan plan = plan_pipeline(network, cycles, std::vector<Cycles>{40, 0, 0, 0, 0}, roomy);
    REQUIRE(plan.work.size() == 6);
    CHECK(plan.work[1].block);
    CHECK(waits(plan, 1, {0, 0}));
    CHECK(waits(plan, 2, {1, 0}));  // b reads what the block wrote
    CHECK_FALSE(waits(plan, 2, {0, 0}));
    CHECK(waits(plan, 0, {1, plan.map_buffers[1]}));                      // and the block holds the buffer
    CHECK(plan.pipeline.counters.back() == std::vector<std::size_t>{1});  // the denoiser's
    CHECK(timing::time_pipeline(plan.pipeline, 1).total() == 355);
}
