// Philox4x32-10 for many counters that follow each other, compiled for AVX2 (vectors.h says whether it may be
// called). The same words as random_words (counter_random.h) gives.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace quell::numeric {

// Of counters (first + i, counter[1], counter[2], counter[3]), i = 0 ... count - 1, word w at words[w * count
// + i]. count: a multiple of 8. key: (seed mod 2^32, seed div 2^32).
void philox_vectors(const std::array<std::uint32_t, 2>& key, const std::array<std::uint32_t, 4>& counter,
                    std::size_t count, std::uint32_t* words);

}  // namespace quell::numeric
