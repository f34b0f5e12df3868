// A signal between two modules that is written only with a new value, by one module: hw/driven.h sees to the
// first, the binding to the second. So it compares nothing, where sc_signal compares twice and looks up who
// writes; to processes and waves it is an sc_signal.
#pragma once

#include <systemc>

namespace quell::hw {

template <typename T>
class Wire : public sc_core::sc_signal<T, sc_core::SC_UNCHECKED_WRITERS> {
    using Signal = sc_core::sc_signal<T, sc_core::SC_UNCHECKED_WRITERS>;

public:
    using Signal::Signal;

    void write(const T& value) override {
        this->m_new_val = value;
        this->request_update();
    }

protected:
    // What sc_signal does, in line.
    void update() override {
        this->m_cur_val = this->m_new_val;
        this->notify_next_delta(this->m_change_event_p);
        this->m_change_stamp = this->simcontext()->change_stamp();
    }
};

}  // namespace quell::hw
