#include "models/energy/energy_table_file.h"
#include "sw/cli/block_files.h"
#include "sw/cli/block_report.h"
#include "sw/cli/block_simulation.h"
#include "sw/cli/commands.h"
#include "sw/cli/memory_image.h"
#include "sw/cli/schedule_report.h"

#include <filesystem>
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
               "but the cycles. --compare-schedules prints both schedules and what each resource would need "
               "alone;\n"
               "--memory-image writes the data for an RTL denoiser.";
    }

    void register_arguments(config::OptionTable& table) override {
        files_.register_arguments(table);
        image_folder_.register_arguments(table);
        table.add_argument("vcd", waves_.file)
            .help("Draw waves of the pin-level unit into this VCD file (--fidelity cycle)");
        table.add_argument("vcd-from", waves_.from)
            .range(0, 9e15)
            .help("First cycle drawn, counted from the start of the block");
        table.add_argument("vcd-to", vcd_to_).range(0, 9e15).help("Last cycle drawn");
        table.add_argument("vcd-scope", waves_.scope)
            .help(
                "Modules drawn, a glob: dcu, core_*, lane_0, activation_sram, weight_sram, leaky_relu, dma");
        table.add_flag("compare-schedules", compare_schedules_)
            .help("Both schedules side by side with the roofline, whatever denoiser.schedule says");
        table.add_argument("image", image_).help("Number of the image, for the noise lanes' base seed");
        table.add_argument("site", site_)
            .range(0, 4294967295.0)
            .help("Number of the block, for the base seed");
    }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& /*err*/) override {
        const config::Configuration& c = arguments.configuration;
        const bool analytic = c.run.fidelity == config::Fidelity::analytic;
        if (!waves_.file.empty() && c.run.fidelity != config::Fidelity::cycle) {
            throw UsageError("--vcd {}: waves are drawn by the pin-level unit, expected --fidelity cycle",
                             waves_.file);
        }
        if (waves_.file.empty()) {
            for (const char* option : {"vcd-from", "vcd-to", "vcd-scope"}) {
                if (!arguments.table.is_given(option)) continue;
                throw UsageError("--{}: says what of the waves is drawn, expected --vcd FILE with it",
                                 option);
            }
        }
        std::vector<std::pair<const char*, std::string>> others = image_folder_.files();
        others.emplace_back("--vcd", waves_.file);
        files_.check(c.run.fidelity, others);
        image_folder_.check();
        if (compare_schedules_) refuse_files_of_one_machine();

        const energy::EnergyTable table = energy::energy_table_of(c.energy, c.denoiser);
        const BlockWork work = files_.read(c, !analytic || files_.writes_words() || image_folder_.wanted());
        const denoiser::NoiseKey key{c.run.seed, image_, static_cast<std::uint32_t>(site_)};
        if (compare_schedules_) {
            const std::vector<ScheduledOutcome> schedules = run_both_schedules(work, c, key);
            files_.write(work, nullptr);
            write_schedule_report(schedules, c, out);
            return 0;
        }
        tlm::WaveOptions waves = waves_;
        if (vcd_to_) waves.to = *vcd_to_;
        const BlockOutcome outcome = run_block(work, {c.denoiser}, c.run, key, waves).front();
        files_.write(work, outcome.output ? &*outcome.output : nullptr);
        image_folder_.write(work, outcome, c, arguments.table, key);
        write_block_report(outcome, c, table, out);
        if (!outcome.waves_refusal.empty()) throw Error("{}", outcome.waves_refusal);
        refuse_window_behind_the_end(outcome.timing.cycles);
        return 0;
    }

private:
    // Said last: the results are there all the same.
    void refuse_window_behind_the_end(std::int64_t cycles) const {
        if (waves_.file.empty() || waves_.from <= cycles) return;
        std::error_code ignored;
        std::filesystem::remove(waves_.file, ignored);
        throw Error("--vcd-from {}: the block ends in cycle {}, nothing was drawn", waves_.from, cycles);
    }

    void refuse_files_of_one_machine() const {
        const auto refuse = [](const char* option, bool given) {
            if (!given) return;
            throw UsageError("{}: holds one schedule's results, expected no --compare-schedules with it",
                             option);
        };
        refuse("--dump", files_.writes_output());
        refuse("--memory-image", image_folder_.wanted());
        refuse("--vcd", !waves_.file.empty());
    }

    static std::vector<ScheduledOutcome> run_both_schedules(const BlockWork& work,
                                                            const config::Configuration& c,
                                                            const denoiser::NoiseKey& key) {
        config::DenoiserConfig sequential = c.denoiser, overlapped = c.denoiser;
        sequential.schedule = config::Schedule::sequential;
        overlapped.schedule = config::Schedule::overlapped;
        std::vector<BlockOutcome> outcomes = run_block(work, {sequential, overlapped}, c.run, key, {});
        return {{"sequential", sequential, std::move(outcomes[0])},
                {"overlapped", overlapped, std::move(outcomes[1])}};
    }

    BlockFiles files_;
    MemoryImage image_folder_;
    tlm::WaveOptions waves_;
    bool compare_schedules_ = false;
    std::optional<std::int64_t> vcd_to_;
    std::uint64_t image_ = 0;
    std::int64_t site_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_block_command() {
    return std::make_unique<BlockCommand>();
}

}  // namespace quell::cli
