// A queue between two processes.
#pragma once

#include <systemc>

#include <deque>
#include <utility>

namespace quell::tlm {

template <typename T>
class EngineQueue {
public:
    // From a thread; waits while `most` are there. Never waits for longer than whoever takes them needs.
    void push_when_below(std::size_t most, T item) {
        while (items_.size() >= most) sc_core::wait(taken_);
        push(std::move(item));
    }
    void push(T item) {
        items_.push_back(std::move(item));
        arrived_.notify(sc_core::SC_ZERO_TIME);
    }
    // From a thread; waits until there is one.
    T pop() {
        while (items_.empty()) sc_core::wait(arrived_);
        T item = std::move(items_.front());
        items_.pop_front();
        taken_.notify(sc_core::SC_ZERO_TIME);
        return item;
    }

private:
    std::deque<T> items_;
    sc_core::sc_event arrived_, taken_;
};

}  // namespace quell::tlm
