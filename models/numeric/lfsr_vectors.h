// The inner loop of lfsr_rounds.h, compiled for AVX2.
#pragma once

#include <cstddef>
#include <cstdint>

namespace quell::numeric {

// Where in a plane of 32 bytes the state at `place` lies, so that unpacking within halves of a vector gives
// the states in order.
constexpr std::size_t lfsr_vector_slot(std::size_t place) {
    return place / 4 % 2 * 16 + place / 8 * 4 + place % 4;
}

// Writes 32 * groups states and advances them. tables: 4 x 8 x 16 bytes; planes: groups x 4 x 32 bytes.
void lfsr_vectors_next(const std::uint8_t* tables, std::uint8_t* planes, std::uint32_t* states,
                       std::int64_t groups);

}  // namespace quell::numeric
