// A word's way through registers that only delay it: one edge moves every word to the next register.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <type_traits>

namespace quell::hw {

// The first register takes `word`. The array is copied whole, then back one further: of a length that the
// compiler knows and without an overlap these are a few vector moves, where a move in place is a call.
template <typename T, std::size_t length>
void shift_in(std::array<T, length>& registers, T word) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::array<T, length> before = registers;
    std::memcpy(registers.data() + 1, before.data(), (length - 1) * sizeof(T));
    registers.front() = word;
}

}  // namespace quell::hw
