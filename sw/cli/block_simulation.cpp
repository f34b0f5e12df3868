#include "sw/cli/block_simulation.h"

#include "models/timing/noise_demand.h"
#include "models/timing/plan_search.h"
#include "tlm/block_platform.h"

#include <chrono>
#include <memory>

namespace quell::cli {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point from) {
    return std::chrono::duration<double>(Clock::now() - from).count();
}

void simulate(const BlockWork& work, const std::vector<config::DenoiserConfig>& machines,
              const config::RunConfig& run, const denoiser::NoiseKey& key, const tlm::WaveOptions& waves,
              std::vector<BlockOutcome>& outcomes) {
    const auto from = Clock::now();
    const auto model = run.fidelity == config::Fidelity::cycle ? tlm::DenoiserModel::pin_level
                                                               : tlm::DenoiserModel::transaction;
    std::vector<std::unique_ptr<tlm::BlockPlatform>> platforms;
    for (const config::DenoiserConfig& machine : machines) {
        // The first one's name is that of the waves' save files.
        const std::string name = platforms.empty() ? "block" : fmt::format("block_{}", platforms.size());
        platforms.push_back(std::make_unique<tlm::BlockPlatform>(
            name.c_str(), machine, run.clock_mhz, work.geometry, work.weights, work.x,
            denoiser::base_seed(key, machine.lfsr_width), model));
    }
    if (!waves.file.empty()) platforms.front()->draw(waves);
    for (std::size_t k = 0; k < platforms.size(); ++k) {
        // There is one kernel: the first run is everybody's.
        tlm::BlockRun done = k == 0 ? platforms[k]->run() : platforms[k]->result();
        outcomes[k] = {std::move(done.plan), done.timing, std::move(done.output), 0, {}};
    }
    for (BlockOutcome& outcome : outcomes) outcome.seconds = seconds_since(from);
    try {
        platforms.front()->end_drawing();
    } catch (const Error& error) {
        outcomes.front().waves_refusal = error.what();
    }
}

}  // namespace

std::vector<BlockOutcome> run_block(const BlockWork& work,
                                    const std::vector<config::DenoiserConfig>& machines,
                                    const config::RunConfig& run, const denoiser::NoiseKey& key,
                                    const tlm::WaveOptions& waves) {
    const auto from = Clock::now();
    std::vector<BlockOutcome> outcomes;
    for (const config::DenoiserConfig& machine : machines) {
        BlockOutcome outcome;
        outcome.plan = timing::plan_block(work.geometry, machine);
        timing::require_noise_streams(outcome.plan, machine);
        outcomes.push_back(std::move(outcome));
    }
    if (run.fidelity != config::Fidelity::analytic) {
        simulate(work, machines, run, key, waves, outcomes);
        return outcomes;
    }
    for (std::size_t k = 0; k < machines.size(); ++k) {
        timing::UncontendedDma dma(machines[k].dma_bits / 16);
        outcomes[k].timing = timing::run_plan(outcomes[k].plan, machines[k], dma);
    }
    for (BlockOutcome& outcome : outcomes) outcome.seconds = seconds_since(from);
    return outcomes;
}

}  // namespace quell::cli
