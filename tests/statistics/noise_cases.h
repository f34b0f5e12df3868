// The cases that run with few samples for every change and with many in the long suite.
#pragma once

#include "tests/statistics/draws.h"

#include <cstdint>
#include <vector>

namespace quell::statistics {

inline std::vector<Generator> normal_generators() {
    return {{32, 1, 2}, {32, 4, 1}, {32, 4, 2}, {48, 4, 1}, {48, 4, 2}, {64, 4, 1}};
}
inline std::vector<Generator> register_generators() {
    return {{32, 4, 1}, {32, 8, 1}, {48, 4, 1}, {64, 4, 1}};
}

// Each draws `samples` of each lane or register, prints the figures and CHECKs them.
void expect_sound_normals(const Generator& generator, std::uint64_t seed, std::int64_t samples);
void expect_sound_registers(const Generator& generator, std::uint64_t seed, std::int64_t samples);

}  // namespace quell::statistics
