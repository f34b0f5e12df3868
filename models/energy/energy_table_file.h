// The energy table as a CSV file: a header line event,picojoules,source, then one event a line.
#pragma once

#include "models/config/energy_config.h"
#include "models/energy/energy_table.h"

#include <iosfwd>
#include <string>

namespace quell::energy {

// Replaces the rows that the file gives; the others stay. Fields may be quoted as in RFC 4180, but hold no
// line break. Throws Error, naming file and line, for an unknown or repeated event, a missing or an
// additional column, a figure that is no finite number of at least 0, and an empty source.
void read_energy_table(const std::string& file, EnergyTable& table);

// The default table with the rows of the file that is asked for, if one is.
EnergyTable energy_table_of(const config::EnergyConfig& energy, const config::DenoiserConfig& denoiser);

void write_energy_table(std::ostream& out, const EnergyTable& table);

}  // namespace quell::energy
