#include "models/timing/vector_pipeline.h"

#include "models/timing/denoiser_latency.h"

#include <algorithm>

namespace quell::timing {

VectorTime leaky_relu_time(std::int64_t words, int read_words, int write_words, Cycles read_latency) {
    VectorTime time;
    time.compute = ceil_divide(words, std::min(read_words, write_words));
    time.fill = kStepIssueCycles + read_latency;
    time.drain = kLeakyReluCycles;
    return time;
}

LaneUse lane_use(int lanes, int read_words, bool stochastic) {
    LaneUse use;
    use.lanes = lanes;
    use.group = lanes * (read_words / lanes);
    use.operands = stochastic ? 3 : 2;
    use.latency = stochastic ? kNoiseLaneCycles : kMeanLaneCycles;
    return use;
}

VectorTime cancel_time(std::int64_t elements, const LaneUse& use, Cycles read_latency) {
    const Cycles issue = use.group / use.lanes;
    const std::int64_t groups = ceil_divide(elements, use.group);
    const Cycles last_issue = ceil_divide(elements - (groups - 1) * use.group, use.lanes);
    VectorTime time;
    time.compute = (groups - 1) * issue + last_issue;
    // While one group goes through the lanes the next is fetched, an operand a cycle.
    time.sram_stall = (groups - 1) * std::max<Cycles>(0, use.operands - issue);
    time.fill = kStepIssueCycles + use.operands + read_latency;
    time.drain = use.latency;
    return time;
}

}  // namespace quell::timing
