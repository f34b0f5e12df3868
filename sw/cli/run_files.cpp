#include "sw/cli/run_files.h"

#include "models/base/error.h"
#include "sw/study/output_file.h"
#include "sw/study/platform_waves.h"
#include "sw/study/timeline_file.h"

namespace quell::cli {

void RunFiles::Wanted::register_arguments(config::OptionTable& table, const std::string& name,
                                          const std::string& help) {
    table.add_argument(name, file).help(help);
    table.add_argument(name + "-from", from)
        .range(0, 9e15)
        .help("First cycle shown, counted from the run's start");
    table.add_argument(name + "-to", to).range(0, 9e15).help("Last cycle shown");
}

void RunFiles::Wanted::check(const config::OptionTable& table, config::Fidelity fidelity,
                             const std::string& name) {
    if (file.empty()) {
        for (const char* end : {"-from", "-to"}) {
            if (!table.is_given(name + end)) continue;
            throw UsageError("--{}{}: says what is shown, expected --{} FILE with it", name, end, name);
        }
        return;
    }
    if (fidelity == config::Fidelity::analytic) {
        throw UsageError(
            "--{} {}: in analytic nothing happens that could be shown, expected --fidelity "
            "transaction or cycle",
            name, file);
    }
    tlm::ActivityWindow window;
    window.from = from;
    if (to) window.to = *to;
    if (window.to < window.from) {
        throw UsageError("--{}-from {} and --{}-to {}: expected a last cycle that is not before the first",
                         name, window.from, name, window.to);
    }
    study::require_writable(file);
    observation.emplace(window);
}

void RunFiles::register_arguments(config::OptionTable& table) {
    timeline_.register_arguments(
        table, "timeline",
        "Write what layers, PEs, converters, ports and the denoiser did to this JSON "
        "file, for Perfetto or chrome://tracing");
    waves_.register_arguments(table, "vcd", "Draw the platform's signals into this VCD file, for GTKWave");
}

void RunFiles::check(const config::OptionTable& table, config::Fidelity fidelity) {
    timeline_.check(table, fidelity, "timeline");
    waves_.check(table, fidelity, "vcd");
}

std::vector<FileRole> RunFiles::roles(std::vector<FileRole> others) const {
    others.push_back({"--timeline", timeline_.file});
    others.push_back({"--vcd", waves_.file});
    return others;
}

std::vector<study::RunObservation*> RunFiles::observations() {
    std::vector<study::RunObservation*> all;
    for (Wanted* wanted : {&timeline_, &waves_}) {
        if (wanted->observation) all.push_back(&*wanted->observation);
    }
    return all;
}

void RunFiles::write(const study::NetworkRun& run, const config::Configuration& c) const {
    if (timeline_.observation) {
        require_complete(*timeline_.observation, "timeline");
        study::write_file(timeline_.file, study::timeline(*timeline_.observation, run.network, c));
    }
    if (waves_.observation) {
        require_complete(*waves_.observation, "vcd");
        study::write_file(waves_.file, study::platform_waves(*waves_.observation, run.network, c));
    }
}

}  // namespace quell::cli
