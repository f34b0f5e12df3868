// The ALU of one PE: partial sums, bias, activation, pooling, elementwise functions, lanes elements per
// cycle.
#pragma once

#include "models/timing/platform_timing.h"

#include <systemc>

#include <algorithm>

namespace quell::tlm {

class DigitalUnit : public sc_core::sc_module {
public:
    DigitalUnit(const sc_core::sc_module_name& name, const timing::PlatformTiming& timing)
        : sc_module(name), timing_(timing) {}

    // One step at a time, first come, first served: a step that comes in cycle `at` may have to wait. Returns
    // the cycle in which it is done.
    timing::Cycles execute(const timing::DigitalStep& step, timing::Cycles at) {
        const timing::Cycles taken = timing_.digital_cycles(step);
        if (taken == 0) return at;
        busy_ += taken;
        free_ = std::max(at, free_) + taken;
        return free_;
    }

    timing::Cycles busy() const { return busy_; }

private:
    const timing::PlatformTiming& timing_;
    timing::Cycles busy_ = 0, free_ = 0;
};

}  // namespace quell::tlm
