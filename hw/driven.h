// An output that is written only when its value changes: the simulator would find out as well, but later.
#pragma once

#include <systemc>

namespace quell::hw {

template <typename T>
class Driven : public sc_core::sc_out<T> {
public:
    using sc_core::sc_out<T>::sc_out;

    void drive(const T& value) {
        if (value == last_) return;
        last_ = value;
        this->write(value);
    }

    // What was driven last.
    const T& last() const { return last_; }

private:
    T last_{};
};

}  // namespace quell::hw
