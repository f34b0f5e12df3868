// A small study, without a machine behind it.
#pragma once

#include "sw/study/sweep/sweep_database.h"

namespace quell::test {

inline study::StudyIdentity sample_identity() {
    study::StudyIdentity identity;
    identity.program_version = "1.2.3";
    identity.design = "factorial";
    identity.planned = 6;
    identity.axes = {{"denoiser.cores", "cores", {"1", "2", "4"}}, {"denoiser.after", "", {"1,20", "none"}}};
    identity.metrics = {{"total_cycles", "cycles", "cycles of one image", study::Better::less},
                        {"images_per_s", "images/s", "throughput", study::Better::more},
                        {"idle_cycles", "cycles", "idle", study::Better::none}};
    identity.objectives = {"total_cycles"};
    identity.options = {
        {"clock_mhz", "500"}, {"denoiser.cores", "10"}, {"denoiser.after", "none"}, {"note", "it's"}};
    identity.inputs = {{"network resnet18", "built in"}};
    return identity;
}

inline std::vector<std::size_t> sample_levels(std::int64_t point) {
    return {static_cast<std::size_t>(point / 2), static_cast<std::size_t>(point % 2)};
}

inline study::PointRecord sample_record(std::int64_t point) {
    const auto number = static_cast<double>(point);
    return {point, study::PointStatus::done, "", {1000 + number, 0.1 + number / 3, 0}, {}};
}

}  // namespace quell::test
