#include "sw/study/network_run.h"

#include "models/energy/energy_table_file.h"
#include "sw/compiler/context_writer.h"
#include "sw/compiler/pipeline_writer.h"
#include "sw/study/run_steps.h"
#include "tlm/platform.h"

#include <algorithm>
#include <chrono>

namespace quell::study {
namespace {

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
    NetworkRun run = lowered_run(graph, blocks_after, configuration);
    run.energy_table = energy::energy_table_of(configuration.energy, configuration.denoiser);
    check_srams(run, configuration);
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
        time_layers(configuration, run);
        time_blocks(configuration, time_noisy_block, run);
        if (pipelined) run.batch = time_batch(*pipelined, configuration.run.batch, configuration);
    } else {
        run_transaction(configuration, pipelined, observations, run);
    }
    if (!pipelined) run.batch = one_after_the_other(run, configuration.run.batch, reason);
    count_layers(configuration, run);
    count_blocks(configuration, run);
    run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return run;
}

}  // namespace quell::study
