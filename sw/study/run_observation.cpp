#include "sw/study/run_observation.h"

#include "models/base/error.h"

namespace quell::study {

void require_complete(const RunObservation& observation, const char* option) {
    const tlm::ActivityWindow& window = observation.log.window();
    if (window.from >= observation.end) {
        throw Error("--{}-from {}: the run ends in cycle {}, nothing was to be seen", option, window.from,
                    observation.end);
    }
    if (const auto cycle = observation.log.full_at()) {
        throw Error(
            "--{}: more than {} intervals, the next in cycle {}: narrow --{}-from and --{}-to; no file "
            "was written",
            option, RunObservation::limit, *cycle, option, option);
    }
}

}  // namespace quell::study
