#include "models/numeric/lfsr_vectors.h"

#if defined(__AVX2__)
#include <immintrin.h>
#else
#include "models/base/error.h"
#endif

namespace quell::numeric {

#if defined(__AVX2__)

void lfsr_vectors_next(const std::uint8_t* tables, std::uint8_t* planes, std::uint32_t* states,
                       std::int64_t groups) {
    const __m256i low_nibble = _mm256_set1_epi8(15);
    for (std::int64_t group = 0; group < groups; ++group, planes += 128, states += 32) {
        auto* bytes = reinterpret_cast<__m256i*>(planes);
        __m256i plane[4], nibble[8];
        for (int k = 0; k < 4; ++k) {
            plane[k] = _mm256_loadu_si256(bytes + k);
            nibble[2 * k] = _mm256_and_si256(plane[k], low_nibble);
            nibble[2 * k + 1] = _mm256_and_si256(_mm256_srli_epi16(plane[k], 4), low_nibble);
        }
        const __m256i low = _mm256_unpacklo_epi8(plane[0], plane[1]),
                      high = _mm256_unpackhi_epi8(plane[0], plane[1]);
        const __m256i low2 = _mm256_unpacklo_epi8(plane[2], plane[3]),
                      high2 = _mm256_unpackhi_epi8(plane[2], plane[3]);
        auto* out = reinterpret_cast<__m256i*>(states);
        _mm256_storeu_si256(out, _mm256_unpacklo_epi16(low, low2));
        _mm256_storeu_si256(out + 1, _mm256_unpackhi_epi16(low, low2));
        _mm256_storeu_si256(out + 2, _mm256_unpacklo_epi16(high, high2));
        _mm256_storeu_si256(out + 3, _mm256_unpackhi_epi16(high, high2));
        for (int byte = 0; byte < 4; ++byte) {
            __m256i sum = _mm256_setzero_si256();
            for (int k = 0; k < 8; ++k) {
                const auto* entry = reinterpret_cast<const __m128i*>(tables + 16 * (8 * byte + k));
                const __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128(entry));
                sum = _mm256_xor_si256(sum, _mm256_shuffle_epi8(table, nibble[k]));
            }
            _mm256_storeu_si256(bytes + byte, sum);
        }
    }
}

#else

void lfsr_vectors_next(const std::uint8_t*, std::uint8_t*, std::uint32_t*, std::int64_t) {
    throw Error("vectors of registers: a processor with AVX2 is needed, this one has none");
}

#endif

}  // namespace quell::numeric
