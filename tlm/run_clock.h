// The cycles of one run of the unit, counted from its begin.
#pragma once

#include "models/timing/cycles.h"
#include "tlm/run_reset.h"

#include <systemc>

#include <cmath>

namespace quell::tlm {

class RunClock {
public:
    // Begins now. `reset` ends the waits and outlives the clock.
    RunClock(sc_core::sc_time cycle, const RunReset& reset)
        : cycle_(cycle), reset_(reset), begin_(sc_core::sc_time_stamp()) {}

    // The first cycle that has not begun before now: a bus on another clock may end between two edges.
    timing::Cycles now() const {
        const sc_core::sc_time taken = sc_core::sc_time_stamp() - begin_;
        return static_cast<timing::Cycles>(std::ceil(taken / cycle_ - 1e-9));
    }

    // Returns at once when the cycle has begun. Throws RunReset::Seen.
    void wait_until(timing::Cycles cycle) const {
        reset_.check();
        const sc_core::sc_time at = begin_ + static_cast<double>(cycle) * cycle_;
        if (at > sc_core::sc_time_stamp()) reset_.wait(at - sc_core::sc_time_stamp());
    }

private:
    const sc_core::sc_time cycle_;
    const RunReset& reset_;
    const sc_core::sc_time begin_;
};

}  // namespace quell::tlm
