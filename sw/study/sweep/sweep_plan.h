// All that a sweep computes, as it was asked for: fixed before the first point.
#pragma once

#include "models/config/option.h"
#include "models/network/dataset/data_source.h"
#include "sw/study/sweep/design.h"
#include "sw/study/sweep/study_table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quell::study {

inline constexpr const char* model_axis = "model";

struct SweepPlan {
    // An option that all points share, as it was given.
    struct Setting {
        std::string name, text;
        config::Origin origin = config::Origin::command_line;
    };

    Design design;
    std::vector<Setting> settings{};
    std::string model{};                 // where the network is no axis
    std::vector<std::int64_t> blocks{};  // after these convolutions, where neither options nor network say
    std::optional<network::DataSource> data{};  // absent: cycles and energy alone
    std::int64_t images = 0;                    // of it; 0: all
    std::vector<std::string> objectives{};      // metrics
};

}  // namespace quell::study
