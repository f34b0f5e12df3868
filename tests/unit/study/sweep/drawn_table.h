// Sweeps as tables, made by hand.
#pragma once

#include "sw/study/sweep/study_table.h"

#include <string>
#include <vector>

namespace quell::test {

inline study::StudyPoint done_point(std::int64_t number, std::vector<std::string> values,
                                    std::vector<std::optional<double>> metrics) {
    return {number, study::PointStatus::done, "", std::move(values), std::move(metrics)};
}

inline study::StudyPoint failed_point(std::int64_t number, std::vector<std::string> values,
                                      const std::string& message = "no") {
    return {number, study::PointStatus::failed, message, std::move(values), {}};
}

}  // namespace quell::test
