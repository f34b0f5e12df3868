// How a control bit ends what a thread of the unit is doing.
#pragma once

#include <systemc>

namespace quell::tlm {

class RunReset {
public:
    // Thrown by the waits below. Never out of a bus transfer: what the bus holds of it must not go away.
    struct Seen {};

    void raise() {
        raised_ = true;
        event_.notify(sc_core::SC_ZERO_TIME);
    }
    void clear() { raised_ = false; }

    bool raised() const { return raised_; }
    const sc_core::sc_event& event() const { return event_; }

    // Throws Seen when the reset has been raised.
    void check() const {
        if (raised_) throw Seen{};
    }
    // Waits; throws Seen when the reset has been raised before, or is meanwhile.
    void wait(const sc_core::sc_time& time) const {
        check();
        sc_core::wait(time, event_);
        check();
    }

private:
    bool raised_ = false;
    sc_core::sc_event event_{"reset_raised"};
};

}  // namespace quell::tlm
