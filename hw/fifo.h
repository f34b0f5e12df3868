// A few words that wait for their turn: a first-in first-out queue of fixed capacity.
#pragma once

#include "models/base/error.h"

#include <array>
#include <cstddef>

namespace quell::hw {

template <typename T, std::size_t capacity>
class Fifo {
public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

    // Throws Error when it is full: whoever fills it knows how much may be under way.
    void push(const T& value) {
        if (size_ == capacity) throw Error("a queue of {} is full, another word came", capacity);
        items_[(first_ + size_++) % capacity] = value;
    }

    // The one that has waited longest is [0].
    const T& operator[](std::size_t place) const { return items_[(first_ + place) % capacity]; }
    const T& front() const { return items_[first_]; }
    void pop(std::size_t count = 1) {
        first_ = (first_ + count) % capacity;
        size_ -= count;
    }
    void clear() { first_ = size_ = 0; }

private:
    std::array<T, capacity> items_{};
    std::size_t first_ = 0, size_ = 0;
};

}  // namespace quell::hw
