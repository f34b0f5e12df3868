#include "sw/train/line_difference.h"

#include <sstream>

namespace quell::train {

LineDifference first_difference(const std::string& expected, const std::string& found) {
    std::istringstream ours(expected), theirs(found);
    while (true) {
        LineDifference lines;
        const bool more = static_cast<bool>(std::getline(ours, lines.expected));
        const bool more_found = static_cast<bool>(std::getline(theirs, lines.found));
        if (!more) lines.expected = "(nothing)";
        if (!more_found) lines.found = "(nothing)";
        if ((!more && !more_found) || lines.expected != lines.found) return lines;
    }
}

}  // namespace quell::train
