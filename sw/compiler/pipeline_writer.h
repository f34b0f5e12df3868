// The context words of many images on their way at the same time: one COUNTER for each program counter of the
// plan, in it one STAGE for each layer or block, with the RINGs of its maps and the WAITs for its neighbours.
#pragma once

#include "sw/compiler/machine_layer.h"
#include "sw/compiler/pipeline_schedule.h"

#include <cstdint>
#include <vector>

namespace quell::compiler {

// Ended by HALT. `network` is lowered with the plan's buffers. Throws Error naming the layer and the field
// when something does not fit into a context word.
std::vector<std::uint64_t> write_pipeline_words(const MachineNetwork& network, const PipelinePlan& plan,
                                                std::int64_t images);

}  // namespace quell::compiler
