// Box-Muller for registers of up to 32 bits, 32 pairs at a time on a processor with AVX2: the integers of
// box_muller.h, in 32-bit lanes.
#pragma once

#include "models/numeric/fixed_point.h"

#include <array>
#include <cstdint>

namespace quell::numeric {

// Coefficients of the 64 segments cut into byte planes, lowest byte first, so that 32 look-ups are byte
// shuffles (gathers take one access per value): four planes of the constant, three of the linear, two of the
// quadratic.
struct alignas(32) SegmentPlanes {
    std::array<std::array<std::uint8_t, 64>, 9> bytes{};

    void set(std::size_t segment, std::int64_t constant, std::int64_t linear, std::int64_t quadratic);
};

// To be called where has_vectors() says so. normals[i] = Z1(u1[i], u2[i]), count a multiple of 32; width 16
// to 32. `cosine` holds its constants with the half of the rounding at 14 bits, 2^13, already added.
void box_muller_vectors(const std::uint32_t* u1, const std::uint32_t* u2, Word* normals, std::int64_t count,
                        int width, const SegmentPlanes& log, const SegmentPlanes& cosine);

}  // namespace quell::numeric
