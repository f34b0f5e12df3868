#include "sw/study/batch_run.h"

#include "models/denoiser/geometry.h"
#include "models/timing/block_timing.h"
#include "models/timing/layer_timing.h"
#include "sw/compiler/lowering.h"
#include "tlm/platform.h"

#include <algorithm>

namespace quell::study {
namespace {

using timing::Cycles;

BatchRun empty_run(const PipelinedNetwork& pipelined, std::int64_t images) {
    BatchRun run;
    run.images = images;
    run.pipelined = true;
    run.layers.resize(pipelined.network.layers.size());
    run.blocks.resize(pipelined.network.layers.size());
    for (const compiler::MachineLayer& layer : pipelined.network.layers)
        run.map_buffers.push_back(pipelined.network.maps[layer.writes].buffers);
    return run;
}

timing::CycleBreakdown times(const timing::CycleBreakdown& breakdown, std::int64_t factor) {
    timing::CycleBreakdown sum;
    for (std::int64_t i = 0; i < factor; ++i) sum += breakdown;
    return sum;
}

// What is left of the batch's time, the layer waited.
void add_idle(BatchRun& run, const compiler::MachineNetwork& network) {
    for (std::size_t l = 0; l < run.layers.size(); ++l) {
        run.layers[l].idle = run.cycles - run.layers[l].total();
        if (network.layers[l].denoised) run.blocks[l].idle = run.cycles - run.blocks[l].total();
    }
}

std::vector<Cycles> layer_cycles(const compiler::MachineNetwork& network, const config::Configuration& c) {
    const timing::PlatformTiming timing(c.platform, c.tile, c.run.clock_mhz);
    std::vector<Cycles> result;
    for (const compiler::MachineLayer& layer : network.layers)
        result.push_back(timing::time_layer(layer.passes, timing).total());
    return result;
}

}  // namespace

double BatchRun::interval_cycles() const {
    if (images == 1) return static_cast<double>(cycles);
    return static_cast<double>(cycles - first_image_cycles) / static_cast<double>(images - 1);
}

Cycles block_cycles(const compiler::MachineLayer& layer, const config::Configuration& c) {
    if (!layer.denoised) return 0;
    return timing::time_block(
               denoiser::make_geometry(layer.output[0], layer.output[1], layer.output[2], c.denoiser),
               c.denoiser)
        .cycles;
}

PipelinedNetwork pipeline_network(const network::Graph& graph, const compiler::MachineNetwork& single,
                                  const std::vector<std::int64_t>& blocks_after,
                                  const config::Configuration& c) {
    std::vector<Cycles> blocks;
    for (const compiler::MachineLayer& layer : single.layers) blocks.push_back(block_cycles(layer, c));
    // A plan says how many buffers the maps have; buffers that find no room in the scratchpad make layers
    // slower, and slower layers ask for another plan.
    constexpr int rounds = 4;
    std::vector<Cycles> layers = layer_cycles(single, c);
    PipelinedNetwork result;
    for (int round = 0; round < rounds; ++round) {
        result.plan = compiler::plan_pipeline(single, layers, blocks, 512 * c.platform.scratchpad.kib);
        result.network =
            compiler::lower(graph, {c.platform, c.tile, c.denoiser, blocks_after, result.plan.map_buffers});
        const std::vector<Cycles> timed = layer_cycles(result.network, c);
        if (timed == layers) break;
        layers = timed;
    }
    for (std::size_t s = 0; s < result.plan.work.size(); ++s) {
        const compiler::StageWork& work = result.plan.work[s];
        result.plan.pipeline.stages[s].cycles = work.block ? blocks[work.layer] : layers[work.layer];
    }
    return result;
}

BatchRun time_batch(const PipelinedNetwork& pipelined, std::int64_t images, const config::Configuration& c) {
    BatchRun run = empty_run(pipelined, images);
    const timing::PipelineTimes pipeline = timing::time_pipeline(pipelined.plan.pipeline, images);
    run.cycles = pipeline.total();
    run.first_image_cycles = pipeline.image_end.at(0);
    const timing::PlatformTiming timing(c.platform, c.tile, c.run.clock_mhz);
    for (std::size_t s = 0; s < pipelined.plan.work.size(); ++s) {
        const std::size_t l = pipelined.plan.work[s].layer;
        if (pipelined.plan.work[s].block) {
            run.blocks[l].compute = images * pipelined.plan.pipeline.stages[s].cycles;
        } else {
            run.layers[l] = times(timing::time_layer(pipelined.network.layers[l].passes, timing), images);
        }
    }
    add_idle(run, pipelined.network);
    return run;
}

BatchRun read_batch(const PipelinedNetwork& pipelined, std::int64_t images, const tlm::Platform& platform) {
    BatchRun run = empty_run(pipelined, images);
    const Cycles begin = platform.batch_begin();
    const auto note_end = [&](std::int64_t image, Cycles end) {
        run.cycles = std::max(run.cycles, end - begin);
        if (image == 0) run.first_image_cycles = std::max(run.first_image_cycles, end - begin);
    };
    for (const tlm::LayerTrace& trace : platform.layers()) {
        if (trace.image == tlm::single_image) continue;
        run.layers.at(static_cast<std::size_t>(trace.layer)) += trace.breakdown;
        note_end(trace.image, platform.cycles_at(trace.begin) + trace.breakdown.total());
    }
    std::vector<std::size_t> layer_of_site(pipelined.network.layers.size() + 1);
    for (std::size_t l = 0; l < pipelined.network.layers.size(); ++l) {
        const auto site = static_cast<std::size_t>(pipelined.network.layers[l].convolution);
        layer_of_site.at(site) = l;
    }
    for (const tlm::BlockTrace& trace : platform.blocks()) {
        if (trace.image == tlm::single_image) continue;
        run.blocks[layer_of_site.at(static_cast<std::size_t>(trace.site))].compute += trace.cycles;
        note_end(trace.image, platform.cycles_at(trace.begin) + trace.cycles);
    }
    add_idle(run, pipelined.network);
    return run;
}

}  // namespace quell::study
