// Many images through the machine. When the weights are resident every layer works on another image at the
// same time (docs/platform.md, "Many images"); otherwise images follow each other, each with all its writing
// of weights.
#pragma once

#include "models/config/configuration.h"
#include "models/network/graph.h"
#include "models/timing/cycle_breakdown.h"
#include "sw/compiler/machine_layer.h"
#include "sw/compiler/pipeline_schedule.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace quell::tlm {
class Platform;
}

namespace quell::study {

struct BatchRun {
    std::int64_t images = 1;
    bool pipelined = false;
    std::string reason;                          // why not, when not
    timing::Cycles cycles = 0;                   // of all images, from the first's begin to the last's end
    timing::Cycles first_image_cycles = 0;       // until the first is done
    std::vector<timing::CycleBreakdown> layers;  // over all images; each sums to `cycles`
    std::vector<timing::CycleBreakdown> blocks;  // of the layers' blocks: compute is the block's time, with
                                                 // its own waiting for the bus; idle the rest
    std::vector<std::int64_t> map_buffers;       // of the map that each layer writes

    // Between two images: what the batch took after the first, shared by the others; of one image its cycles.
    double interval_cycles() const;
};

// A network lowered for many images, with its plan.
struct PipelinedNetwork {
    compiler::MachineNetwork network;
    compiler::PipelinePlan plan;
};

// `single`: the network lowered for one image, whose weights are resident. Throws Error when the memories
// have no room for the buffers.
PipelinedNetwork pipeline_network(const network::Graph& graph, const compiler::MachineNetwork& single,
                                  const std::vector<std::int64_t>& blocks_after,
                                  const config::Configuration& configuration);

// Of one layer's block, on its own; 0 when there is none.
timing::Cycles block_cycles(const compiler::MachineLayer& layer, const config::Configuration& configuration);

BatchRun time_batch(const PipelinedNetwork& pipelined, std::int64_t images,
                    const config::Configuration& configuration);  // analytic
BatchRun read_batch(const PipelinedNetwork& pipelined, std::int64_t images, const tlm::Platform& platform);

}  // namespace quell::study
