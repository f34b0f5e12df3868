// The unit of time of everything digital.
#pragma once

#include <cstdint>

namespace quell::timing {

using Cycles = std::int64_t;

constexpr std::int64_t ceil_divide(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

}  // namespace quell::timing
