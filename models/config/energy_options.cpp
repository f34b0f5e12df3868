#include "models/config/energy_config.h"
#include "models/config/option_table.h"
#include "models/config/section_options.h"

namespace quell::config {

void register_energy_options(OptionTable& table, EnergyConfig& config) {
    table.section("energy", "What an event costs");
    table.add("energy.table", config.table)
        .help(
            "CSV file of event,picojoules,source whose rows replace the table's; quell energy --format csv "
            "prints such a file")
        .source("ours: none, the table as quell energy prints it");
}

}  // namespace quell::config
