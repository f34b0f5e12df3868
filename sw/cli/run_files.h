// The files in which `quell run` shows what happened on the platform, and their options.
#pragma once

#include "models/config/configuration.h"
#include "models/config/option_table.h"
#include "sw/cli/file_roles.h"
#include "sw/study/network_run.h"
#include "sw/study/run_observation.h"

#include <optional>
#include <string>
#include <vector>

namespace quell::cli {

class RunFiles {
public:
    void register_arguments(config::OptionTable& table);

    // The files written, behind those of others.
    std::vector<FileRole> roles(std::vector<FileRole> others) const;

    // Throws UsageError for options that contradict each other or the fidelity, Error for a file that cannot
    // be written.
    void check(const config::OptionTable& table, config::Fidelity fidelity);
    // What the run has to be seen by; filled by it.
    std::vector<study::RunObservation*> observations();
    // Throws Error when a file cannot be written or has nothing to show.
    void write(const study::NetworkRun& run, const config::Configuration& configuration) const;

private:
    struct Wanted {
        std::string file;
        std::int64_t from = 0;
        std::optional<std::int64_t> to;
        std::optional<study::RunObservation> observation;
        void register_arguments(config::OptionTable& table, const std::string& name, const std::string& help);
        void check(const config::OptionTable& table, config::Fidelity fidelity, const std::string& name);
    };
    Wanted timeline_, waves_;
};

}  // namespace quell::cli
