#include "models/numeric/philox_vectors.h"

#if defined(__AVX2__)
#include <immintrin.h>
#else
#include "models/base/error.h"
#endif

namespace quell::numeric {

#if defined(__AVX2__)

// A word of a counter fills the lower half of 64 bits, where the multiplication looks for it: four counters
// in a vector, the even ones and the odd ones of eight.
void philox_vectors(const std::array<std::uint32_t, 2>& key, const std::array<std::uint32_t, 4>& counter,
                    std::size_t count, std::uint32_t* words) {
    const __m256i m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
    const auto spread = [](std::uint32_t word) {
        return _mm256_set1_epi64x(static_cast<long long>(std::uint64_t{word}));
    };
    for (std::size_t i = 0; i < count; i += 8) {
        __m256i c0[2], c1[2], c2[2], c3[2];
        for (int odd = 0; odd < 2; ++odd) {
            const auto first = static_cast<int>(counter[0] + static_cast<std::uint32_t>(i) +
                                                static_cast<std::uint32_t>(odd));
            // Whole 32-bit lanes, so that counters wrap as they do one by one.
            c0[odd] = _mm256_add_epi32(_mm256_set1_epi32(first), _mm256_set_epi32(6, 6, 4, 4, 2, 2, 0, 0));
            c1[odd] = spread(counter[1]);
            c2[odd] = spread(counter[2]);
            c3[odd] = spread(counter[3]);
        }
        std::uint32_t k0 = key[0], k1 = key[1];
        for (int round = 0; round < 10; ++round) {
            const __m256i key0 = spread(k0), key1 = spread(k1);
            for (int odd = 0; odd < 2; ++odd) {
                const __m256i p0 = _mm256_mul_epu32(m0, c0[odd]), p1 = _mm256_mul_epu32(m1, c2[odd]);
                c0[odd] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), c1[odd]), key0);
                c2[odd] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), c3[odd]), key1);
                c1[odd] = p1;
                c3[odd] = p0;
            }
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        const auto store = [&](std::size_t word, const __m256i* c) {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(words + word * count + i),
                                _mm256_blend_epi32(c[0], _mm256_slli_epi64(c[1], 32), 0xAA));
        };
        store(0, c0);
        store(1, c1);
        store(2, c2);
        store(3, c3);
    }
}

#else

void philox_vectors(const std::array<std::uint32_t, 2>&, const std::array<std::uint32_t, 4>&, std::size_t,
                    std::uint32_t*) {
    throw Error("vectors of random words: a processor with AVX2 is needed, this one has none");
}

#endif

}  // namespace quell::numeric
