#include "sw/study/network_run.h"

#include "models/denoiser/geometry.h"
#include "models/energy/energy_table_file.h"
#include "models/energy/event_counting.h"
#include "models/timing/layer_timing.h"
#include "models/timing/noise_demand.h"
#include "models/timing/plan_search.h"
#include "sw/compiler/context_writer.h"
#include "sw/compiler/lowering.h"
#include "sw/compiler/pipeline_writer.h"
#include "tlm/platform.h"

#include <algorithm>
#include <chrono>

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

void run_analytic(const config::Configuration& c, NetworkRun& run) {
    const timing::PlatformTiming timing(c.platform, c.tile, c.run.clock_mhz);
    for (std::size_t i = 0; i < run.network.layers.size(); ++i) {
        const compiler::MachineLayer& layer = run.network.layers[i];
        run.layers[i].breakdown = timing::time_layer(layer.passes, timing);
        if (!layer.denoised) continue;
        const timing::BlockPlan plan = timing::plan_block(block_geometry(layer, c), c.denoiser);
        try {
            timing::require_noise_streams(plan, c.denoiser);
        } catch (const Error& error) {
            throw Error("block after convolution {}: {}", layer.convolution, error.what());
        }
        timing::UncontendedDma dma(c.denoiser.dma_bits / 16);
        run.layers[i].block = timing::run_plan(plan, c.denoiser, dma);
    }
}

// Tells everything to the logs of all observations.
class Observers final : public tlm::Recorder {
public:
    explicit Observers(const std::vector<RunObservation*>& observations) : observations_(observations) {}
    void record(const tlm::PeWork& work) override { tell(work); }
    void record(const tlm::PortTransfer& transfer) override { tell(transfer); }
    void record(const tlm::DenoiserPhase& phase) override { tell(phase); }

    void read_traces(const tlm::Platform& platform) {
        for (RunObservation* observation : observations_) {
            for (const tlm::LayerTrace& trace : platform.layers()) {
                const timing::Cycles begin = platform.cycles_at(trace.begin);
                observation->layers.push_back({trace.counter,
                                               static_cast<std::size_t>(trace.layer),
                                               trace.image,
                                               {begin, begin + trace.breakdown.total()},
                                               trace.breakdown});
            }
            for (const tlm::BlockTrace& trace : platform.blocks()) {
                const timing::Cycles begin = platform.cycles_at(trace.begin);
                observation->blocks.push_back({trace.site, trace.image, {begin, begin + trace.cycles}});
            }
            observation->end = platform.cycles();
        }
    }

private:
    template <typename Told>
    void tell(const Told& told) {
        for (RunObservation* observation : observations_) observation->log.record(told);
    }
    const std::vector<RunObservation*>& observations_;
};

// One image alone comes first, the batch behind it: one kernel, one program.
void run_transaction(const config::Configuration& c, const std::optional<PipelinedNetwork>& pipelined,
                     const std::vector<RunObservation*>& observations, NetworkRun& run) {
    std::vector<std::uint64_t> words = compiler::write_context_words(run.network);
    run.context_words = words.size();
    if (pipelined) {
        words.pop_back();  // HALT
        const std::vector<std::uint64_t> batch =
            compiler::write_pipeline_words(pipelined->network, pipelined->plan, c.run.batch);
        words.insert(words.end(), batch.begin(), batch.end());
    }
    const auto model = c.run.fidelity == config::Fidelity::cycle ? tlm::DenoiserModel::pin_level
                                                                 : tlm::DenoiserModel::transaction;
    Observers observers(observations);
    tlm::Platform platform(
        "platform",
        {c.platform, c.tile, c.denoiser, c.run.clock_mhz, model, observations.empty() ? nullptr : &observers},
        words);
    platform.run();
    observers.read_traces(platform);
    for (const tlm::LayerTrace& trace : platform.layers()) {
        if (trace.image != tlm::single_image) continue;
        run.layers.at(static_cast<std::size_t>(trace.layer)).breakdown = trace.breakdown;
    }
    std::size_t next = 0;
    for (std::size_t i = 0; i < run.network.layers.size(); ++i) {
        if (run.network.layers[i].denoised) run.layers[i].block = platform.blocks().at(next++).timing;
    }
    if (pipelined) run.batch = read_batch(*pipelined, c.run.batch, platform);
}

// Images that follow each other: every one finds the machine as the one before left it.
BatchRun one_after_the_other(const NetworkRun& run, std::int64_t images, const std::string& reason) {
    BatchRun batch;
    batch.images = images;
    batch.reason = reason;
    batch.first_image_cycles = run.total_cycles();
    batch.cycles = images * run.total_cycles();
    return batch;
}

void count_run(const config::Configuration& c, NetworkRun& run) {
    const std::int64_t pes = std::int64_t{c.platform.grid_rows} * c.platform.grid_columns;
    const auto nanoseconds = [&](timing::Cycles cycles) {
        return static_cast<double>(cycles) * 1e3 / c.run.clock_mhz;
    };
    const bool denoiser =
        std::ranges::any_of(run.layers, [](const LayerRun& l) { return l.block.has_value(); });
    for (std::size_t i = 0; i < run.layers.size(); ++i) {
        const compiler::MachineLayer& layer = run.network.layers[i];
        LayerRun& result = run.layers[i];
        result.events = energy::count_events(layer.passes, layer.mapping, layer.replicas, c.tile);
        result.events += energy::count_time(nanoseconds(result.cycles()), energy::pes_at_work(layer.passes),
                                            pes, denoiser);
        if (!result.block) continue;
        result.block_events = energy::count_events(*result.block, block_geometry(layer, c), c.denoiser);
        result.block_events += energy::count_time(nanoseconds(result.block->cycles), 0, pes, denoiser);
    }
}

}  // namespace

timing::Cycles NetworkRun::baseline_cycles() const {
    timing::Cycles sum = 0;
    for (const LayerRun& layer : layers) sum += layer.cycles();
    return sum;
}

timing::Cycles NetworkRun::denoiser_cycles() const {
    timing::Cycles sum = 0;
    for (const LayerRun& layer : layers) sum += layer.block_cycles();
    return sum;
}

double NetworkRun::overhead_percent() const {
    const timing::Cycles baseline = baseline_cycles();
    return baseline == 0 ? 0 : 100.0 * static_cast<double>(denoiser_cycles()) / static_cast<double>(baseline);
}

energy::EventCounts NetworkRun::events() const {
    energy::EventCounts sum = block_events();
    for (const LayerRun& layer : layers) sum += layer.events;
    return sum;
}

energy::EventCounts NetworkRun::block_events() const {
    energy::EventCounts sum;
    for (const LayerRun& layer : layers) sum += layer.block_events;
    return sum;
}

NetworkRun run_network(const network::Graph& graph, const std::vector<std::int64_t>& blocks_after,
                       const config::Configuration& configuration,
                       const std::vector<RunObservation*>& observations) {
    const auto begin = std::chrono::steady_clock::now();
    NetworkRun run;
    run.energy_table = energy::energy_table_of(configuration.energy, configuration.denoiser);
    run.network = compiler::lower(
        graph, {configuration.platform, configuration.tile, configuration.denoiser, blocks_after});
    check_sram(run.network, configuration, "denoiser.weight_sram_bytes", configuration.denoiser.weight.bytes,
               timing::least_weight_bytes);
    check_sram(run.network, configuration, "denoiser.activation_sram_bytes",
               configuration.denoiser.activation.bytes, timing::least_activation_bytes);
    run.layers.resize(run.network.layers.size());
    std::optional<PipelinedNetwork> pipelined;
    std::string reason = "one image";
    if (configuration.run.batch > 1) {
        reason = "the weights do not fit on the grid and are written again for every image";
        if (run.network.resident) {
            try {
                pipelined = pipeline_network(graph, run.network, blocks_after, configuration);
            } catch (const Error& error) {
                reason = error.what();
            }
        }
    }
    if (configuration.run.fidelity == config::Fidelity::analytic) {
        run_analytic(configuration, run);
        if (pipelined) run.batch = time_batch(*pipelined, configuration.run.batch, configuration);
    } else {
        run_transaction(configuration, pipelined, observations, run);
    }
    if (!pipelined) run.batch = one_after_the_other(run, configuration.run.batch, reason);
    count_run(configuration, run);
    run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return run;
}

}  // namespace quell::study
