// A clock that somebody else starts, stops and ticks. Registers take the rising edge; the falling one is made
// only where it is seen, in waves or by a process that asked for its event, since it costs the simulator as
// much as the other.
#pragma once

#include <systemc>

namespace quell::hw {

class Clock : public sc_core::sc_module, public sc_core::sc_signal_in_if<bool> {
public:
    explicit Clock(const sc_core::sc_module_name& name) : sc_module(name) {}

    // The next rising edge. Who is sensitive to it runs then, and among them a process of the owner, which
    // says rise(): from there on, at the latest after all of them, the clock is high.
    void rise_in(sc_core::sc_time time) { posedge_event_.notify(time); }
    void rise();
    void fall();

    // From now on falling edges are wanted, or no longer.
    void draw(bool on) { drawn_ = on; }
    bool falls() const { return drawn_ || awaited_; }

    const bool& read() const override { return high_; }
    const bool& get_data_ref() const override { return high_; }
    bool event() const override { return posedge() || negedge(); }
    bool posedge() const override { return posedge_event_.triggered(); }
    bool negedge() const override { return negedge_event_.triggered(); }
    const sc_core::sc_event& posedge_event() const override { return posedge_event_; }
    const sc_core::sc_event& negedge_event() const override;
    const sc_core::sc_event& value_changed_event() const override;
    const sc_core::sc_event& default_event() const override { return value_changed_event(); }

private:
    bool high_ = false, drawn_ = false;
    mutable bool awaited_ = false;  // somebody holds the event of the falling edge
    sc_core::sc_event posedge_event_{"posedge_event"}, negedge_event_{"negedge_event"},
        value_changed_event_{"value_changed_event"};
};

}  // namespace quell::hw
