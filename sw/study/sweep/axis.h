// An axis of a sweep as it is typed: KEY=VALUES (docs/sweeps.md, "Axes").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quell::study {

struct Axis {
    std::string name;                                   // an option, or "model"
    std::vector<std::string> values;                    // in the order typed; empty for an interval
    std::optional<std::pair<double, double>> interval;  // "0:8", anything between the two
};

// More values than this on one axis are a mistake in typing.
inline constexpr std::int64_t most_axis_values = 10'000'000;

// Throws UsageError naming the axis, what was expected and what came: no '=', an empty list or element, a
// range that runs backwards, a step that is not above 0, a value twice.
Axis parse_axis(const std::string& text);

}  // namespace quell::study
