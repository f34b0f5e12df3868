// Which layer or block something belongs to that happened at a time.
#pragma once

#include "sw/compiler/machine_layer.h"
#include "sw/study/run_observation.h"

#include <map>
#include <string>
#include <vector>

namespace quell::study {

// Program counters carry out one layer after the other, the denoiser one block after the other.
class SpanLabels {
public:
    // Both are referred to.
    SpanLabels(const compiler::MachineNetwork& network, const RunObservation& observation);

    // Null when the counter was between layers.
    const LayerSpan* layer_at(tlm::CounterNumber counter, timing::Cycles cycle) const;
    const BlockSpan* block_at(timing::Cycles cycle) const;

    std::string name(const LayerSpan& span) const;
    static std::string name(const BlockSpan& span);

private:
    const compiler::MachineNetwork& network_;
    std::map<tlm::CounterNumber, std::vector<const LayerSpan*>> layers_;  // by their begin
    std::vector<const BlockSpan*> blocks_;
};

}  // namespace quell::study
