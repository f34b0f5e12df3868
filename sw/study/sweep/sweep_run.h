// A sweep from its first point to its last.
#pragma once

#include "sw/study/sweep/design.h"
#include "sw/study/sweep/sweep_database.h"
#include "sw/study/sweep/workforce.h"

#include <cstdint>
#include <functional>

namespace quell::study {

struct SweepProgress {
    std::int64_t points = 0;    // of all
    std::int64_t recorded = 0;  // with those that were there before
    std::int64_t computed = 0;  // by this run
    std::int64_t failed = 0;    // of those computed
};

struct SweepControl {
    bool retry_failed = false;
    bool single_points = false;  // a point takes long: workers get one at a time
    std::function<void(const SweepProgress&)> progress;
    std::function<bool()> interrupted;
};

struct SweepOutcome {
    std::int64_t reused = 0, computed = 0;
    bool interrupted = false;
};

// Computes what the database does not have and records it. Lost points of earlier runs are computed again,
// failed ones where asked. Throws Error when the database cannot be written; what was committed stays.
SweepOutcome run_sweep(const Design& design, SweepDatabase& database, Workforce& workforce,
                       const SweepControl& control);

}  // namespace quell::study
