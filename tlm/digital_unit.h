// The ALU of one PE: partial sums, bias, activation, pooling, elementwise functions, lanes elements per
// cycle.
#pragma once

#include "models/timing/platform_timing.h"

#include <systemc>

namespace quell::tlm {

class DigitalUnit : public sc_core::sc_module {
public:
    DigitalUnit(const sc_core::sc_module_name& name, const timing::PlatformTiming& timing)
        : sc_module(name), timing_(timing) {}

    timing::Cycles execute(const timing::DigitalStep& step) {
        const timing::Cycles taken = timing_.digital_cycles(step);
        busy_ += taken;
        return taken;
    }

    timing::Cycles busy() const { return busy_; }

private:
    const timing::PlatformTiming& timing_;
    timing::Cycles busy_ = 0;
};

}  // namespace quell::tlm
