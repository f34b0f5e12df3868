// A network's run as a table for people, JSON for scripts (schema quell.run/1) and CSV for spreadsheets.
#pragma once

#include "models/config/configuration.h"
#include "sw/study/network_run.h"
#include "sw/study/value_run.h"

#include <nlohmann/json.hpp>

#include <iosfwd>

namespace quell::study {

nlohmann::ordered_json run_json(const NetworkRun& run, const config::Configuration& configuration,
                                const std::optional<ValueRun>& values);
void write_run_table(std::ostream& out, const NetworkRun& run, const config::Configuration& configuration,
                     const std::optional<ValueRun>& values);
// One line per layer, blocks in columns of their own.
void write_run_csv(std::ostream& out, const NetworkRun& run);

}  // namespace quell::study
