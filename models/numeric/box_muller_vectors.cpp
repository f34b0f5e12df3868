#include "models/numeric/box_muller_vectors.h"

#include "models/numeric/box_muller.h"

#if defined(__AVX2__)
#include <immintrin.h>
#else
#include "models/base/error.h"
#endif

namespace quell::numeric {

#if defined(__AVX2__)

namespace {

struct Coefficients {
    __m256i constant[4], linear[4], quadratic[4];
};

// Byte b of the result is table[segments[b]].
inline __m256i look_up(const std::uint8_t* table, const __m256i* index) {
    const auto sixteen = [table](int part) {
        return _mm256_broadcastsi128_si256(
            _mm_load_si128(reinterpret_cast<const __m128i*>(table + 16 * part)));
    };
    const __m256i low =
        _mm256_or_si256(_mm256_shuffle_epi8(sixteen(0), index[0]), _mm256_shuffle_epi8(sixteen(1), index[1]));
    const __m256i high =
        _mm256_or_si256(_mm256_shuffle_epi8(sixteen(2), index[2]), _mm256_shuffle_epi8(sixteen(3), index[3]));
    return _mm256_or_si256(low, high);
}

// Four planes of bytes to 4 x 8 lanes, as the packing of the segments ordered them.
inline void join(__m256i b0, __m256i b1, __m256i b2, __m256i b3, __m256i* lanes) {
    const __m256i low = _mm256_unpacklo_epi8(b0, b1), high = _mm256_unpackhi_epi8(b0, b1);
    const __m256i low2 = _mm256_unpacklo_epi8(b2, b3), high2 = _mm256_unpackhi_epi8(b2, b3);
    lanes[0] = _mm256_unpacklo_epi16(low, low2);
    lanes[1] = _mm256_unpackhi_epi16(low, low2);
    lanes[2] = _mm256_unpacklo_epi16(high, high2);
    lanes[3] = _mm256_unpackhi_epi16(high, high2);
}

// segments: 4 x 8 numbers 0..63.
inline void look_up_all(const SegmentPlanes& planes, const __m256i* segments, Coefficients& c) {
    const __m256i bytes = _mm256_packus_epi16(_mm256_packus_epi32(segments[0], segments[1]),
                                              _mm256_packus_epi32(segments[2], segments[3]));
    // A shuffle gives zero where the index has its top bit set: outside the sixteen entries of its part.
    __m256i index[4];
    for (int part = 0; part < 4; ++part) {
        index[part] = _mm256_adds_epu8(
            _mm256_xor_si256(bytes, _mm256_set1_epi8(static_cast<char>(16 * part))), _mm256_set1_epi8(0x70));
    }
    const auto plane = [&](std::size_t k) { return look_up(planes.bytes[k].data(), index); };
    const __m256i zero = _mm256_setzero_si256();
    join(plane(0), plane(1), plane(2), plane(3), c.constant);
    join(plane(4), plane(5), plane(6), zero, c.linear);
    join(plane(7), plane(8), zero, zero, c.quadratic);
}

// Leading zeros of v (not zero). v & ~(v >> 1) keeps the top bit and has a zero below it, so that rounding to
// float never carries into the next power of two. A negative float has 256 more in its exponent's place.
inline __m256i leading_zeros(__m256i v) {
    const __m256i top = _mm256_andnot_si256(_mm256_srli_epi32(v, 1), v);
    const __m256i exponent = _mm256_srli_epi32(_mm256_castps_si256(_mm256_cvtepi32_ps(top)), 23);
    return _mm256_max_epi32(_mm256_sub_epi32(_mm256_set1_epi32(158), exponent), _mm256_setzero_si256());
}

// ln of the mantissa, 30 fraction bits. mantissa: top bit one, 24 bits below it count.
inline __m256i logarithm(__m256i mantissa, __m256i constant, __m256i linear, __m256i quadratic) {
    // The offset from the segment's middle is high * 2^9 + low, with low >= 0, so that products have 32 bits.
    // Nested floors of a quotient are its floor.
    const __m256i nine = _mm256_set1_epi32(511);
    const __m256i low = _mm256_and_si256(_mm256_srli_epi32(mantissa, 7), nine);
    const __m256i high =
        _mm256_sub_epi32(_mm256_and_si256(_mm256_srli_epi32(mantissa, 16), nine), _mm256_set1_epi32(256));
    const __m256i cross = _mm256_mullo_epi32(high, _mm256_add_epi32(_mm256_slli_epi32(high, 8), low));
    const __m256i square =
        _mm256_srli_epi32(_mm256_add_epi32(cross, _mm256_srli_epi32(_mm256_madd_epi16(low, low), 10)), 10);
    const __m256i first =
        _mm256_srai_epi32(_mm256_add_epi32(_mm256_mullo_epi32(linear, high),
                                           _mm256_srli_epi32(_mm256_mullo_epi32(linear, low), 9)),
                          7);
    const __m256i second = _mm256_srli_epi32(_mm256_madd_epi16(quadratic, square), 12);
    return _mm256_sub_epi32(_mm256_add_epi32(constant, first), second);
}

// floor(sqrt(8 * max(0, (leading + 1) * kLn2 - log))), below 2^19.
//
// small + more * kLn2 is that maximum, both terms positive and small below 2^31, so nothing cancels in the
// float sum. Conversions, products, the sum and the constants are off by at most 4 halves of 2^-23 in all,
// the constants are 16 of them (2^-20) too small, the root halves that and rounds once more. So the float
// root is below the exact one, by less than 2^-20 of it, which is less than 1: its floor is right or one
// less, and the remainder, of which 32 bits are enough, tells.
inline __m256i root_of(__m256i leading, __m256i log) {
    const __m256i zero = _mm256_setzero_si256(), one = _mm256_set1_epi32(1);
    const __m256i ln2 = _mm256_set1_epi32(static_cast<int>(kLn2));
    const __m256i first = _mm256_cmpeq_epi32(leading, zero);
    const __m256i base = _mm256_sub_epi32(_mm256_slli_epi32(ln2, 1), _mm256_and_si256(first, ln2));
    const __m256i small = _mm256_max_epi32(_mm256_sub_epi32(base, log), zero);
    const __m256i more = _mm256_max_epi32(_mm256_sub_epi32(leading, one), zero);
    constexpr float below = 8.0F * (1.0F - 0x1p-20F);
    const __m256 square = _mm256_add_ps(
        _mm256_mul_ps(_mm256_cvtepi32_ps(small), _mm256_set1_ps(below)),
        _mm256_mul_ps(_mm256_cvtepi32_ps(more), _mm256_set1_ps(below * static_cast<float>(kLn2))));
    const __m256i root = _mm256_cvttps_epi32(_mm256_sqrt_ps(square));
    const __m256i exact = _mm256_slli_epi32(_mm256_add_epi32(small, _mm256_mullo_epi32(more, ln2)), 3);
    const __m256i remainder = _mm256_sub_epi32(exact, _mm256_mullo_epi32(root, root));
    return _mm256_sub_epi32(root, _mm256_cmpgt_epi32(remainder, _mm256_slli_epi32(root, 1)));
}

// cos, 16 fraction bits; x: the second register at the top of 32 bits, its phase turned round in the odd
// quadrants.
inline __m256i cosine_within(__m256i x, __m256i constant, __m256i linear, __m256i quadratic) {
    // turn = high * 2^9 + low, as above.
    const __m256i low = _mm256_or_si256(_mm256_and_si256(_mm256_srli_epi32(x, 7), _mm256_set1_epi32(0x1FE)),
                                        _mm256_set1_epi32(1));
    const __m256i high = _mm256_sub_epi32(_mm256_and_si256(_mm256_srli_epi32(x, 16), _mm256_set1_epi32(255)),
                                          _mm256_set1_epi32(128));
    const __m256i turn = _mm256_add_epi32(_mm256_slli_epi32(high, 9), low);
    const __m256i square = _mm256_srli_epi32(_mm256_mullo_epi32(turn, turn), 18);
    const __m256i first =
        _mm256_srai_epi32(_mm256_add_epi32(_mm256_mullo_epi32(linear, high),
                                           _mm256_srli_epi32(_mm256_mullo_epi32(linear, low), 9)),
                          6);
    const __m256i second = _mm256_srli_epi32(_mm256_madd_epi16(quadratic, square), 12);
    return _mm256_srai_epi32(_mm256_sub_epi32(_mm256_sub_epi32(constant, first), second), 14);
}

// requantise(root * factor, 20) with |root| < 2^19 and |factor| <= 2^16: cannot leave 16 bits.
inline __m256i product_of(__m256i root, __m256i factor) {
    const __m256i high = _mm256_srli_epi32(root, 6), low = _mm256_and_si256(root, _mm256_set1_epi32(63));
    const __m256i sum = _mm256_add_epi32(_mm256_mullo_epi32(factor, high),
                                         _mm256_srai_epi32(_mm256_mullo_epi32(factor, low), 6));
    return _mm256_srai_epi32(_mm256_add_epi32(sum, _mm256_set1_epi32(1 << 13)), 14);
}

}  // namespace

void box_muller_vectors(const std::uint32_t* u1, const std::uint32_t* u2, Word* normals, std::int64_t count,
                        int width, const SegmentPlanes& log, const SegmentPlanes& cosine) {
    const __m128i to_top = _mm_cvtsi32_si128(32 - width);
    const auto load = [&](const std::uint32_t* from) {
        return _mm256_sll_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)), to_top);
    };
    for (std::int64_t i = 0; i < count; i += 32) {
        Coefficients c;
        __m256i segments[4], leading[4], mantissa[4], root[4], factor[4], phase[4];
        for (int k = 0; k < 4; ++k) {
            const __m256i v = load(u1 + i + 8 * k);
            leading[k] = leading_zeros(v);
            mantissa[k] = _mm256_sllv_epi32(v, leading[k]);
            segments[k] = _mm256_and_si256(_mm256_srli_epi32(mantissa[k], 25), _mm256_set1_epi32(63));
        }
        look_up_all(log, segments, c);
        for (int k = 0; k < 4; ++k) {
            root[k] = root_of(leading[k], logarithm(mantissa[k], c.constant[k], c.linear[k], c.quadratic[k]));
        }
        for (int k = 0; k < 4; ++k) {
            const __m256i v = load(u2 + i + 8 * k);
            // All bits of the phase run backwards in the odd quadrants.
            phase[k] = _mm256_xor_si256(v, _mm256_srai_epi32(_mm256_slli_epi32(v, 1), 31));
            segments[k] = _mm256_and_si256(_mm256_srli_epi32(phase[k], 24), _mm256_set1_epi32(63));
        }
        look_up_all(cosine, segments, c);
        for (int k = 0; k < 4; ++k) {
            factor[k] = cosine_within(phase[k], c.constant[k], c.linear[k], c.quadratic[k]);
            // Negative in quadrants 1 and 2: those that a quarter turn brings to the upper half.
            const __m256i turned = _mm256_add_epi32(load(u2 + i + 8 * k), _mm256_set1_epi32(0x40000000));
            factor[k] = _mm256_sign_epi32(factor[k], _mm256_or_si256(turned, _mm256_set1_epi32(1)));
            root[k] = product_of(root[k], factor[k]);
        }
        for (int k = 0; k < 4; k += 2) {
            const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(root[k], root[k + 1]), 0xD8);
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(normals + i + 8 * k), words);
        }
    }
}

#else

void box_muller_vectors(const std::uint32_t*, const std::uint32_t*, Word*, std::int64_t, int,
                        const SegmentPlanes&, const SegmentPlanes&) {
    throw Error("vectors of Box-Muller: a processor with AVX2 is needed, this one has none");
}

#endif

}  // namespace quell::numeric
