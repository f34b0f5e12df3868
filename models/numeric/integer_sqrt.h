// floor(sqrt(n)) for integers, as the hardware's one-bit-a-stage square root gives it.
#pragma once

#include <cmath>
#include <cstdint>

namespace quell::numeric {

// n below 2^52: the double-precision square root is correctly rounded there, so its floor is exact.
inline std::uint32_t integer_sqrt(std::uint64_t n) {
    return static_cast<std::uint32_t>(std::sqrt(static_cast<double>(n)));
}

}  // namespace quell::numeric
