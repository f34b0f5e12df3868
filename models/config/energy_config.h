// What an event costs. Immutable once validated.
#pragma once

#include <string>

namespace quell::config {

struct EnergyConfig {
    std::string table;  // a CSV file whose rows replace those of the table that there is; empty: none
};

}  // namespace quell::config
