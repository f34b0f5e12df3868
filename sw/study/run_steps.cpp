#include "sw/study/run_steps.h"

#include "models/base/error.h"
#include "models/energy/event_counting.h"
#include "models/timing/layer_timing.h"
#include "models/timing/noise_demand.h"
#include "models/timing/plan_search.h"
#include "sw/compiler/lowering.h"

#include <algorithm>

namespace quell::study {
namespace {

denoiser::Geometry block_geometry(const compiler::MachineLayer& layer, const config::Configuration& c) {
    return denoiser::make_geometry(layer.output[0], layer.output[1], layer.output[2], c.denoiser);
}

// What all blocks need of an SRAM, so that one change of the option is enough.
void check_sram(const compiler::MachineNetwork& network, const config::Configuration& c, const char* option,
                std::int64_t bytes, std::int64_t (*least_bytes)(const denoiser::Geometry&)) {
    const compiler::MachineLayer* neediest = nullptr;
    std::int64_t most = 0;
    for (const compiler::MachineLayer& layer : network.layers) {
        if (!layer.denoised) continue;
        const std::int64_t needed = least_bytes(block_geometry(layer, c));
        if (needed <= most) continue;
        most = needed;
        neediest = &layer;
    }
    if (bytes >= most) return;
    throw Error("{} = {}: too small for the blocks of {}, at least {} are needed (after convolution {}, {})",
                option, bytes, network.name, most, neediest->convolution, to_string(neediest->output));
}

// The events of `cycles` that pass on this machine.
energy::EventCounts time_events(const NetworkRun& run, const config::Configuration& c, timing::Cycles cycles,
                                std::int64_t pes_at_work) {
    const bool denoiser =
        std::ranges::any_of(run.network.layers, [](const compiler::MachineLayer& l) { return l.denoised; });
    return energy::count_time(static_cast<double>(cycles) * 1e3 / c.run.clock_mhz, pes_at_work,
                              std::int64_t{c.platform.grid_rows} * c.platform.grid_columns, denoiser);
}

}  // namespace

NetworkRun lowered_run(const network::Graph& graph, const std::vector<std::int64_t>& blocks_after,
                       const config::Configuration& c) {
    NetworkRun run;
    run.network = compiler::lower(graph, {c.platform, c.tile, c.denoiser, blocks_after});
    run.layers.resize(run.network.layers.size());
    return run;
}

void check_srams(const NetworkRun& run, const config::Configuration& c) {
    check_sram(run.network, c, "denoiser.weight_sram_bytes", c.denoiser.weight.bytes,
               timing::least_weight_bytes);
    check_sram(run.network, c, "denoiser.activation_sram_bytes", c.denoiser.activation.bytes,
               timing::least_activation_bytes);
}

void time_layers(const config::Configuration& c, NetworkRun& run) {
    const timing::PlatformTiming timing(c.platform, c.tile, c.run.clock_mhz);
    for (std::size_t i = 0; i < run.network.layers.size(); ++i)
        run.layers[i].breakdown = timing::time_layer(run.network.layers[i].passes, timing);
}

timing::BlockTiming time_noisy_block(const denoiser::Geometry& geometry,
                                     const config::DenoiserConfig& config) {
    const timing::BlockPlan plan = timing::plan_block(geometry, config);
    timing::require_noise_streams(plan, config);
    timing::UncontendedDma dma(config.dma_bits / 16);
    return timing::run_plan(plan, config, dma);
}

void time_blocks(const config::Configuration& c, const BlockTimer& time, NetworkRun& run) {
    for (std::size_t i = 0; i < run.network.layers.size(); ++i) {
        const compiler::MachineLayer& layer = run.network.layers[i];
        if (!layer.denoised) continue;
        try {
            run.layers[i].block = time(block_geometry(layer, c), c.denoiser);
        } catch (const Error& error) {
            throw Error("block after convolution {}: {}", layer.convolution, error.what());
        }
    }
}

void count_layers(const config::Configuration& c, NetworkRun& run) {
    for (std::size_t i = 0; i < run.network.layers.size(); ++i) {
        const compiler::MachineLayer& layer = run.network.layers[i];
        LayerRun& result = run.layers[i];
        result.events = energy::count_events(layer.passes, layer.mapping, layer.replicas, c.tile);
        result.events += time_events(run, c, result.cycles(), energy::pes_at_work(layer.passes));
    }
}

void count_blocks(const config::Configuration& c, NetworkRun& run) {
    for (std::size_t i = 0; i < run.network.layers.size(); ++i) {
        LayerRun& result = run.layers[i];
        if (!result.block) continue;
        result.block_events =
            energy::count_events(*result.block, block_geometry(run.network.layers[i], c), c.denoiser);
        result.block_events += time_events(run, c, result.block->cycles, 0);
    }
}

BatchRun one_after_the_other(const NetworkRun& run, std::int64_t images, const std::string& reason) {
    BatchRun batch;
    batch.images = images;
    batch.reason = reason;
    batch.first_image_cycles = run.total_cycles();
    batch.cycles = images * run.total_cycles();
    return batch;
}

}  // namespace quell::study
