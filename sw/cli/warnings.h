// What a result cannot say of itself, on standard error.
#pragma once

#include "models/network/builtin/builtin.h"

#include <ostream>
#include <string>

namespace quell::cli {

inline void warn_of_drawn_weights(const std::string& model, std::ostream& err) {
    if (!network::is_builtin(model)) return;
    err << "quell: " << model << " has drawn weights: its accuracy is that of an untrained network\n";
}

}  // namespace quell::cli
