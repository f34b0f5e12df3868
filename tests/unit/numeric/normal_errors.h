// The whole of Box-Muller at 16 bits against double precision.
#pragma once

#include <cstdint>

namespace quell::test {

// Errors of a normal, in its steps of 2^-12, that docs/numerics.md states.
inline constexpr double kNormalBound = 0.75;

struct NormalErrors {
    std::int64_t pairs = 0;
    double in_steps = 0;           // where sqrt(-2 ln U1) > 0.01
    double in_steps_near_one = 0;  // elsewhere
};

// Every U1 with every `stride`th U2, zero aside; the second normals of the pairs, or the first.
NormalErrors normal_errors_at_16_bits(std::uint64_t stride, bool second);

}  // namespace quell::test
