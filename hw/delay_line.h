// A word's way through registers that only delay it: one edge moves every word to the next register.
// Simulated as a ring, which moves none; the registers themselves are filled when somebody has asked to draw
// them.
#pragma once

#include <array>
#include <cstddef>

namespace quell::hw {

template <typename T, std::size_t length>
class DelayLine {
public:
    // The last register's word.
    T last() const { return ring_[next_]; }

    // One edge: the first register takes `word`, the last one's is lost.
    void enter(T word) {
        ring_[next_] = word;
        next_ = next_ + 1 == length ? 0 : next_ + 1;
        if (!drawn_) return;
        for (std::size_t k = length - 1; k > 0; --k) registers_[k] = registers_[k - 1];
        registers_[0] = word;
    }

    // For waves: register 0 is the first. From now on it is kept.
    const T& drawn(std::size_t register_number) const {
        drawn_ = true;
        return registers_[register_number];
    }

private:
    std::array<T, length> ring_{}, registers_{};
    std::size_t next_ = 0;
    mutable bool drawn_ = false;
};

}  // namespace quell::hw
