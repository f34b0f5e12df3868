#include "hw/clock.h"

namespace quell::hw {

void Clock::rise() {
    high_ = true;
    if (awaited_) value_changed_event_.notify();
}

void Clock::fall() {
    high_ = false;
    negedge_event_.notify();
    if (awaited_) value_changed_event_.notify();
}

const sc_core::sc_event& Clock::negedge_event() const {
    awaited_ = true;
    return negedge_event_;
}

const sc_core::sc_event& Clock::value_changed_event() const {
    awaited_ = true;
    return value_changed_event_;
}

}  // namespace quell::hw
