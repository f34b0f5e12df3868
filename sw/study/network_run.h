// One image through the machine: cycles of every layer and block, where they went, and the energy; and many
// images at the same time.
#pragma once

#include "models/config/configuration.h"
#include "models/energy/energy_table.h"
#include "models/network/graph.h"
#include "models/timing/block_timing.h"
#include "models/timing/cycle_breakdown.h"
#include "sw/compiler/machine_layer.h"
#include "sw/study/batch_run.h"
#include "sw/study/run_observation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quell::study {

struct LayerRun {
    timing::CycleBreakdown breakdown;          // without the block; sums to cycles()
    std::optional<timing::BlockTiming> block;  // that follows the layer
    energy::EventCounts events, block_events;  // with those of the time that both take

    timing::Cycles cycles() const { return breakdown.total(); }
    timing::Cycles block_cycles() const { return block ? block->cycles : 0; }
};

struct NetworkRun {
    compiler::MachineNetwork network;
    std::vector<LayerRun> layers;  // as network.layers
    energy::EnergyTable energy_table;
    BatchRun batch;  // of as many images as the configuration asks for
    std::size_t context_words = 0;
    double seconds = 0;  // of the computer: compiling and simulating

    timing::Cycles baseline_cycles() const;
    timing::Cycles denoiser_cycles() const;
    timing::Cycles total_cycles() const { return baseline_cycles() + denoiser_cycles(); }
    double overhead_percent() const;
    double latency_us(double clock_mhz) const { return static_cast<double>(total_cycles()) / clock_mhz; }
    energy::EventCounts events() const;        // of layers and blocks
    energy::EventCounts block_events() const;  // of the blocks
};

// At the fidelity that the configuration asks for, blocks after the given convolutions. Throws Error as
// `lower` does, and for an energy table. The observations are filled; not in `analytic`, where nothing
// happens.
NetworkRun run_network(const network::Graph& graph, const std::vector<std::int64_t>& blocks_after,
                       const config::Configuration& configuration,
                       const std::vector<RunObservation*>& observations = {});

}  // namespace quell::study
