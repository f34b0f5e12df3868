// How a block without work keeps out of the simulator's way: its clocked process sleeps until one of the
// block's control inputs rises, as clock gating would have it.
#pragma once

#include <systemc>

namespace quell::hw {

//     void Block::step() {
//         if (!idle_.clocked(clk)) return;
//         ...
//         if (nothing to do before an input rises) next_trigger(idle_.sleep());
//     }
class Idle {
public:
    // At the end of elaboration, for each input whose rise may bring work.
    void until(const sc_core::sc_in<bool>& input) { inputs_ |= input.posedge_event(); }
    // The same for one whose every change may.
    template <typename T>
    void until_change(const sc_core::sc_in<T>& input) {
        inputs_ |= input.value_changed_event();
    }

    const sc_core::sc_event_or_list& sleep() {
        asleep_ = true;
        return inputs_;
    }

    // False when it was an input that called the process: the work is the next edge's.
    bool clocked(const sc_core::sc_in<bool>& clk) {
        if (!asleep_) return true;
        asleep_ = false;
        return clk.posedge();
    }

private:
    sc_core::sc_event_or_list inputs_;
    bool asleep_ = false;
};

}  // namespace quell::hw
