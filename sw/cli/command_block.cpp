#include "models/denoiser/noise_lanes.h"
#include "models/timing/plan_search.h"
#include "sw/cli/block_files.h"
#include "sw/cli/block_report.h"
#include "sw/cli/commands.h"
#include "tlm/block_platform.h"
#include "tlm/wave_window.h"

#include <chrono>
#include <optional>
#include <ostream>
#include <utility>

namespace quell::cli {
namespace {

class BlockCommand final : public Command {
public:
    std::string name() const override { return "block"; }
    std::string summary() const override {
        return "one denoiser block: cycles by phase, bound, utilisation, values";
    }
    std::string synopsis() const override { return kBlockSynopsis; }
    std::string details() const override {
        return "Runs one block alone, with its memory. The input and the weights are read from --input and "
               "--weights\n"
               "or drawn from the seed; --dump writes the output words. With --fidelity analytic nothing is "
               "computed\n"
               "but the cycles.";
    }

    void register_arguments(config::OptionTable& table) override {
        files_.register_arguments(table);
        table.add_argument("vcd", waves_.file)
            .help("Draw waves of the pin-level unit into this VCD file (--fidelity cycle)");
        table.add_argument("vcd-from", waves_.from)
            .range(0, 9e15)
            .help("First cycle drawn, counted from the start of the block");
        table.add_argument("vcd-to", vcd_to_).range(0, 9e15).help("Last cycle drawn");
        table.add_argument("vcd-scope", waves_.scope)
            .help(
                "Modules drawn, a glob: dcu, core_*, lane_0, activation_sram, weight_sram, leaky_relu, dma");
        table.add_argument("image", image_).help("Number of the image, for the noise lanes' base seed");
        table.add_argument("site", site_)
            .range(0, 4294967295.0)
            .help("Number of the block, for the base seed");
    }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& /*err*/) override {
        const config::Configuration& c = arguments.configuration;
        if (!waves_.file.empty() && c.run.fidelity != config::Fidelity::cycle) {
            throw UsageError("--vcd {}: waves are drawn by the pin-level unit, expected --fidelity cycle",
                             waves_.file);
        }
        files_.check(c.run.fidelity, {{"--vcd", waves_.file}});
        const BlockOutcome outcome = c.run.fidelity == config::Fidelity::analytic ? analytic(c) : simulate(c);
        if (outcome.output) files_.write_output(outcome.plan.geometry, *outcome.output);
        write_block_report(outcome, c, out);
        return 0;
    }

private:
    BlockOutcome simulate(const config::Configuration& c) const {
        const BlockWork work = files_.read(c);
        files_.write(work);
        const std::uint64_t seed = denoiser::base_seed(
            {c.run.seed, image_, static_cast<std::uint32_t>(site_)}, c.denoiser.lfsr_width);
        const auto from = std::chrono::steady_clock::now();
        const auto model = c.run.fidelity == config::Fidelity::cycle ? tlm::DenoiserModel::pin_level
                                                                     : tlm::DenoiserModel::transaction;
        tlm::BlockPlatform platform("block", c.denoiser, c.run.clock_mhz, work.geometry, work.weights, work.x,
                                    seed, model);
        if (!waves_.file.empty()) {
            tlm::WaveOptions waves = waves_;
            if (vcd_to_) waves.to = *vcd_to_;
            platform.draw(waves);
        }
        tlm::BlockRun run = platform.run();
        if (!waves_.file.empty() && waves_.from > run.timing.cycles) {
            throw Error("--vcd-from {}: the block ends in cycle {}, nothing was drawn", waves_.from,
                        run.timing.cycles);
        }
        return {run.plan, run.timing, std::move(run.output), seconds_since(from)};
    }

    BlockOutcome analytic(const config::Configuration& c) const {
        const denoiser::Geometry g = files_.geometry(c);
        const auto from = std::chrono::steady_clock::now();
        BlockOutcome outcome;
        outcome.plan = timing::plan_block(g, c.denoiser);
        timing::UncontendedDma dma(c.denoiser.dma_bits / 16);
        outcome.timing = timing::run_plan(outcome.plan, c.denoiser, dma);
        outcome.seconds = seconds_since(from);
        return outcome;
    }

    static double seconds_since(std::chrono::steady_clock::time_point from) {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
    }

    BlockFiles files_;
    tlm::WaveOptions waves_;
    std::optional<std::int64_t> vcd_to_;
    std::uint64_t image_ = 0;
    std::int64_t site_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_block_command() {
    return std::make_unique<BlockCommand>();
}

}  // namespace quell::cli
