// What was seen of a run on the platform, for the files that show it (timeline_file.h, platform_waves.h).
#pragma once

#include "models/timing/cycle_breakdown.h"
#include "tlm/activity_log.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quell::study {

struct LayerSpan {
    tlm::CounterNumber counter = 0;
    std::size_t layer = 0;   // of the network's
    std::int64_t image = 0;  // of the batch; tlm::single_image for the one alone
    tlm::Interval time;
    timing::CycleBreakdown breakdown;
};

struct BlockSpan {
    std::int64_t site = 0;
    std::int64_t image = 0;
    tlm::Interval time;
};

struct RunObservation {
    // The log keeps at most so many intervals.
    static constexpr std::size_t limit = 1'000'000;

    explicit RunObservation(const tlm::ActivityWindow& window) : log(window, limit) {}

    tlm::ActivityLog log;
    std::vector<LayerSpan> layers;  // of the whole run
    std::vector<BlockSpan> blocks;
    timing::Cycles end = 0;  // of the run
};

// Throws Error when the log had to leave something out, or when the run was over before the window began.
// `option`: that asks for the file, and begins the names of those for its window ("timeline").
void require_complete(const RunObservation& observation, const char* option);

}  // namespace quell::study
