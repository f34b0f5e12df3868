// Where two texts of lines "key = value" part: why a checkpoint or a study cannot be gone on with.
#pragma once

#include <string>

namespace quell::train {

// "(nothing)" for a text that has ended, and for both where all lines are the same.
struct LineDifference {
    std::string expected = "(nothing)", found = "(nothing)";
};

// The first lines that differ.
LineDifference first_difference(const std::string& expected, const std::string& found);

}  // namespace quell::train
