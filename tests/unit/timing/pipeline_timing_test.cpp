#include "models/timing/pipeline_timing.h"

#include "models/base/error.h"
#include "tests/support/catch.h"

using namespace quell;
using timing::Cycles;
using timing::Pipeline;
using timing::PipelineTimes;

namespace {

// A producer of 30 cycles, a consumer of 100, and as many buffers between them.
Pipeline pair(std::int64_t buffers) {
    return {{{30, 0, {{1, buffers}}}, {100, 0, {{0, 0}}}}, {{0}, {1}}};
}

}  // namespace

TEST_CASE("the slowest stage sets the pace", "[timing]") {
    const PipelineTimes times = timing::time_pipeline(pair(2), 4);
    CHECK(times.end[1] == std::vector<Cycles>{130, 230, 330, 430});
    // The third image's map goes where the first's lay until 130.
    CHECK(times.begin[0] == std::vector<Cycles>{0, 30, 130, 230});
    CHECK(times.image_end == times.end[1]);
    CHECK(times.total() == 430);
}

TEST_CASE("with one buffer producer and consumer take turns", "[timing]") {
    const PipelineTimes times = timing::time_pipeline(pair(1), 3);
    CHECK(times.begin[0] == std::vector<Cycles>{0, 130, 260});
    CHECK(times.total() == 3 * 130);
}

TEST_CASE("one image takes what its stages take one after the other", "[timing]") {
    CHECK(timing::time_pipeline(pair(2), 1).total() == 130);
    CHECK(timing::time_pipeline(pair(2), 0).total() == 0);
}

// Stages 1 and 3 share a counter, 0 and 2 have their own: 0 -> 1 -> 2 -> 3, 100, 10, 100 and 10 cycles.
TEST_CASE("stages of one counter take turns in its order, each on its own image", "[timing]") {
    Pipeline pipeline{{{100, 0, {}}, {10, 0, {{0, 0}}}, {100, 0, {{1, 0}}}, {10, 0, {{2, 0}}}},
                      {{0}, {1, 3}, {2}}};
    // Without delays stage 1 has to wait until stage 3 is done with the image before.
    CHECK(timing::time_pipeline(pipeline, 3).image_end == std::vector<Cycles>{220, 340, 460});
    // One image behind, it works on the second while stage 3 works on the first.
    pipeline.stages[3].delay = 1;
    const PipelineTimes times = timing::time_pipeline(pipeline, 3);
    CHECK(times.begin[1] == std::vector<Cycles>{100, 200, 300});
    CHECK(times.begin[3] == std::vector<Cycles>{210, 310, 410});
    CHECK(times.total() == 420);
}

TEST_CASE("stages that wait for each other in a circle are refused", "[timing]") {
    const Pipeline pipeline{{{1, 0, {{1, 0}}}, {1, 0, {{0, 0}}}}, {{0}, {1}}};
    CHECK_THROWS_WITH(timing::time_pipeline(pipeline, 2), test::contains("circle"));
}
