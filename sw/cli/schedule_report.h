// How `quell block --compare-schedules` prints one block in both schedules, with the roofline.
#pragma once

#include "models/config/configuration.h"
#include "sw/cli/block_outcome.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace quell::cli {

struct ScheduledOutcome {
    std::string name;  // of the schedule
    config::DenoiserConfig machine;
    BlockOutcome outcome;
};

// In the format that the configuration asks for: a table with a column for each schedule, the same as CSV, or
// JSON of schema quell.block_schedules/1.
void write_schedule_report(const std::vector<ScheduledOutcome>& schedules,
                           const config::Configuration& configuration, std::ostream& out);

}  // namespace quell::cli
