// What a command of quell-train is called with.
#pragma once

#include "models/config/option_table.h"

#include <functional>
#include <string>
#include <vector>

namespace quell::train {

struct Request {
    std::vector<std::string> words;  // those after the command's name
    // Where help is asked for: gets the command's options, and nothing else is done.
    std::function<void(const config::OptionTable&)> describe;

    // Whether the command has nothing more to do.
    bool described(const config::OptionTable& table) const {
        if (describe) describe(table);
        return static_cast<bool>(describe);
    }
};

}  // namespace quell::train
