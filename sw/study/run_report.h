// A network's run as a table for people, JSON for scripts (schema quell.run/1) and CSV for spreadsheets.
#pragma once

#include "models/config/configuration.h"
#include "sw/study/network_run.h"

#include <nlohmann/json.hpp>

#include <iosfwd>

namespace quell::study {

// What the network said to labelled images, when some were given.
struct ValueRun {
    std::int64_t images = 0;
    double clean_accuracy_percent = 0;
    std::optional<double> noisy_accuracy_percent;  // absent without noise
    std::vector<std::int64_t> predictions;         // of the noisy machine where there is noise
    double images_per_second = 0;
};

nlohmann::ordered_json run_json(const NetworkRun& run, const config::Configuration& configuration,
                                const std::optional<ValueRun>& values);
void write_run_table(std::ostream& out, const NetworkRun& run, const config::Configuration& configuration,
                     const std::optional<ValueRun>& values);
// One line per layer, blocks in columns of their own.
void write_run_csv(std::ostream& out, const NetworkRun& run);

}  // namespace quell::study
