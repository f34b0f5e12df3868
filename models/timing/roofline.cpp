#include "models/timing/roofline.h"

#include <algorithm>

namespace quell::timing {

Roofline::Entry Roofline::binding() const {
    const auto all = entries();
    return *std::max_element(all.begin(), all.end(),
                             [](const Entry& a, const Entry& b) { return a.second < b.second; });
}

Cycles Roofline::bound(config::Schedule schedule) const {
    const Cycles one = binding().second;
    return schedule == config::Schedule::sequential ? std::max(one, multipliers + lanes) : one;
}

Roofline roofline(const BlockPlan& plan, const BlockTiming& timing, const config::DenoiserConfig& config) {
    Roofline r;
    r.multipliers = timing.bound_cycles;
    r.lanes = ceil_divide(plan.geometry.elements(), config.lanes);
    r.activation_read_ports = ceil_divide(timing.counts.activation_reads, plan.read_words);
    r.activation_write_ports = ceil_divide(timing.counts.activation_writes, plan.write_words);
    r.weight_port = ceil_divide(timing.counts.weight_reads, plan.weight_read_words);
    r.dma = ceil_divide(timing.counts.dma_words, config.dma_bits / 16);
    return r;
}

}  // namespace quell::timing
