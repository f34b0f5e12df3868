// How many images go through the layers at the same time (docs/platform.md, "Many images"): stages, program
// counters, the order in which layers share the digital units, and how many buffers each feature map needs.
//
// Every layer on crossbars is a stage with a program counter of its own; the layers of the digital units
// share one counter, the denoiser's blocks another. The shared ones are ordered by a modulo schedule: with
// I the longest time that any counter needs for an image, every stage begins as early as the maps it reads
// allow, a shared one in the next gap of its counter, all modulo I. A stage that begins at t works on the
// image floor(t / I) before the newest. A map that lives for L cycles needs ceil(L / I) buffers, at least
// one; where one would do it gets a second as long as the scratchpad has room: stages then need not meet
// exactly.
#pragma once

#include "models/timing/pipeline_timing.h"
#include "sw/compiler/machine_layer.h"

#include <cstdint>
#include <span>
#include <vector>

namespace quell::compiler {

// What a stage does: a layer, or the block behind it.
struct StageWork {
    std::size_t layer = 0;
    bool block = false;
};

struct PipelinePlan {
    std::vector<StageWork> work;  // as pipeline.stages
    timing::Pipeline pipeline;
    std::vector<std::int64_t> map_buffers;  // as MachineNetwork::maps
};

// `layer_cycles` and `block_cycles` (0: no block) of each layer for one image, with nobody else at work.
PipelinePlan plan_pipeline(const MachineNetwork& network, std::span<const timing::Cycles> layer_cycles,
                           std::span<const timing::Cycles> block_cycles, std::int64_t scratchpad_words);

}  // namespace quell::compiler
