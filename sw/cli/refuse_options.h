// For commands that configure nothing.
#pragma once

#include "models/base/error.h"
#include "models/config/option_table.h"

#include <string>

namespace quell::cli {

// Throws UsageError for an option of the configuration that was given, be it in a file. `reason` ends the
// line.
inline void refuse_options(const config::OptionTable& table, const std::string& reason) {
    for (const std::string& name : table.names()) {
        if (table.is_given(name)) throw UsageError("--{}: without effect, {}", name, reason);
    }
}

}  // namespace quell::cli
