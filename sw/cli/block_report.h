// How `quell block` prints what came of a block.
#pragma once

#include "models/config/configuration.h"
#include "models/energy/energy_table.h"
#include "sw/cli/block_outcome.h"

#include <nlohmann/json.hpp>

#include <iosfwd>

namespace quell::cli {

// In the format that the configuration asks for: a table, CSV by phase, or JSON of schema quell.block/1.
void write_block_report(const BlockOutcome& outcome, const config::Configuration& configuration,
                        const energy::EnergyTable& table, std::ostream& out);

// Cycles, where they went, counts and plan: the part of quell.block/1 that does not name the block.
nlohmann::ordered_json outcome_json(const BlockOutcome& outcome, const config::DenoiserConfig& machine,
                                    double clock_mhz);
nlohmann::ordered_json breakdown_json(const timing::BlockBreakdown& breakdown);
nlohmann::ordered_json plan_json(const timing::BlockPlan& plan);
std::string_view fidelity_name(config::Fidelity fidelity);

}  // namespace quell::cli
