// The program as a function: what a command prints, and the code it ends with.
#pragma once

#include "sw/cli/dispatch.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace quell::test {

struct Outcome {
    int code;
    std::string out, err;

    // Messages are one line.
    auto error_lines() const { return std::count(err.begin(), err.end(), '\n'); }
};

inline Outcome run_quell(const std::vector<std::string>& words) {
    std::ostringstream out, err;
    const int code = cli::dispatch(words, out, err);
    return {code, out.str(), err.str()};
}

}  // namespace quell::test
