#include "models/denoiser/word_vectors.h"

#if defined(__AVX2__)
#include <immintrin.h>
#else
#include "models/base/error.h"
#endif

namespace quell::denoiser {

#if defined(__AVX2__)

namespace {

constexpr std::int64_t kLanes = 16;  // words in a vector

inline __m256i load(const Word* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

inline void store(Word* to, __m256i words) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), words);
}

// The first and the second eight words of sixteen, as 32-bit numbers.
inline __m256i lower(__m256i words) {
    return _mm256_cvtepi16_epi32(_mm256_castsi256_si128(words));
}
inline __m256i upper(__m256i words) {
    return _mm256_cvtepi16_epi32(_mm256_extracti128_si256(words, 1));
}

inline __m256i saturate(__m256i low, __m256i high) {
    return _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xD8);
}

// at(i) gives the sixteen results of elements i..i+15. The last vector overlaps the one before it and is
// computed first: its inputs may be overwritten.
template <typename At>
inline void for_each_vector(Word* out, std::int64_t count, At at) {
    const std::int64_t last = count - kLanes;
    const __m256i tail = at(last);
    for (std::int64_t i = 0; i < last; i += kLanes) store(out + i, at(i));
    store(out + last, tail);
}

// A short row as a whole vector.
struct Padded {
    Word words[kLanes] = {};
    Padded(const Word* from, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) words[i] = from[i];
    }
    void give(Word* to, std::int64_t count) const {
        for (std::int64_t i = 0; i < count; ++i) to[i] = words[i];
    }
};

inline __m128i requantised(__m256d sums, __m256d offsets, __m256d scales) {
    const __m256d floored = _mm256_floor_pd(_mm256_mul_pd(_mm256_add_pd(sums, offsets), scales));
    const __m256d least = _mm256_set1_pd(-32768.0), most = _mm256_set1_pd(32767.0);
    return _mm256_cvtpd_epi32(_mm256_min_pd(_mm256_max_pd(floored, least), most));
}

}  // namespace

void requantise_vectors(const double* sums, Word* words, std::int64_t count, double offset, double scale) {
    const __m256d offsets = _mm256_set1_pd(offset), scales = _mm256_set1_pd(scale);
    const auto four = [&](const double* from) { return requantised(_mm256_loadu_pd(from), offsets, scales); };
    const auto eight = [&](const double* from) { return _mm_packs_epi32(four(from), four(from + 4)); };
    const auto at = [&](const double* from) {
        return _mm256_inserti128_si256(_mm256_castsi128_si256(eight(from)), eight(from + 8), 1);
    };
    if (count < kLanes) {
        double padded[kLanes] = {};
        for (std::int64_t i = 0; i < count; ++i) padded[i] = sums[i];
        Padded some(words, 0);
        store(some.words, at(padded));
        return some.give(words, count);
    }
    for_each_vector(words, count, [&](std::int64_t i) { return at(sums + i); });
}

void product_vectors(const double* panel, const double* packed, std::int64_t inputs, std::int64_t pixels,
                     const double* offsets, double scale, std::int64_t rows, Word* words,
                     std::int64_t stride) {
    const __m256d scales = _mm256_set1_pd(scale);
    for (std::int64_t pixel = 0; pixel < pixels; pixel += 8) {
        __m256d sums[6][2];
        for (auto& sum : sums) sum[0] = sum[1] = _mm256_setzero_pd();
        const double* weights = panel;
        for (std::int64_t input = 0; input < inputs; ++input, weights += 6, packed += 8) {
            const __m256d low = _mm256_loadu_pd(packed), high = _mm256_loadu_pd(packed + 4);
#pragma GCC unroll 6
            for (int row = 0; row < 6; ++row) {
                const __m256d weight = _mm256_broadcast_sd(weights + row);
                sums[row][0] = _mm256_fmadd_pd(weight, low, sums[row][0]);
                sums[row][1] = _mm256_fmadd_pd(weight, high, sums[row][1]);
            }
        }
#pragma GCC unroll 6
        for (int row = 0; row < 6; ++row) {
            if (row >= rows) break;
            const __m256d offset = _mm256_set1_pd(offsets[row]);
            const __m128i eight = _mm_packs_epi32(requantised(sums[row][0], offset, scales),
                                                  requantised(sums[row][1], offset, scales));
            Word* to = words + row * stride + pixel;
            if (pixel + 8 <= pixels) {
                _mm_storeu_si128(reinterpret_cast<__m128i*>(to), eight);
            } else {
                Word some[8];
                _mm_storeu_si128(reinterpret_cast<__m128i*>(some), eight);
                for (std::int64_t k = 0; k < pixels - pixel; ++k) to[k] = some[k];
            }
        }
    }
}

void leaky_relu_vectors(Word* words, std::int64_t count, int shift) {
    const __m256i half = _mm256_set1_epi16(static_cast<short>(shift > 0 ? 1 << (shift - 1) : 0));
    const __m128i right = _mm_cvtsi32_si128(shift);
    // The leaked word is above a negative word and not above another, saturated or not.
    const auto leaked = [&](__m256i word) {
        return _mm256_max_epi16(word, _mm256_sra_epi16(_mm256_adds_epi16(word, half), right));
    };
    if (count < kLanes) {
        Padded some(words, count);
        store(some.words, leaked(load(some.words)));
        return some.give(words, count);
    }
    for_each_vector(words, count, [&](std::int64_t i) { return leaked(load(words + i)); });
}

namespace {

class Canceller32 {
public:
    explicit Canceller32(const CancelShifts& s)
        : mean_(_mm_cvtsi32_si128(s.mean)),
          noise_(_mm_cvtsi32_si128(s.noise)),
          out_(_mm_cvtsi32_si128(s.out)),
          half_(_mm256_set1_epi32(s.out > 0 ? 1 << (s.out - 1) : 0)) {}

    // floor(sqrt(65536 * max(variance, 0))). The product is exact in a float and the root correctly rounded,
    // so never below the floor, which a float holds, and at most one above it: then the square is too large.
    static __m256i root(__m256i variance) {
        const __m256i square = _mm256_slli_epi32(_mm256_max_epi32(variance, _mm256_setzero_si256()), 16);
        const __m256i rounded = _mm256_cvttps_epi32(_mm256_sqrt_ps(_mm256_cvtepi32_ps(square)));
        return _mm256_add_epi32(
            rounded, _mm256_srai_epi32(_mm256_sub_epi32(square, _mm256_mullo_epi32(rounded, rounded)), 31));
    }

    __m256i without_mean(__m256i mean) const {
        return _mm256_sub_epi32(half_, _mm256_sll_epi32(mean, mean_));
    }
    __m256i without_noise(__m256i sum, __m256i variance, __m256i normal) const {
        return _mm256_sub_epi32(sum, _mm256_sll_epi32(_mm256_mullo_epi32(normal, root(variance)), noise_));
    }
    __m256i onto(__m256i x, __m256i sum) const { return _mm256_add_epi32(x, _mm256_sra_epi32(sum, out_)); }

    __m256i cancelled(__m256i x, __m256i mean, __m256i variance, __m256i normal) const {
        const auto eight = [&](__m256i some_x, __m256i some_mean, __m256i some_variance,
                               __m256i some_normal) {
            return onto(some_x, without_noise(without_mean(some_mean), some_variance, some_normal));
        };
        return saturate(eight(lower(x), lower(mean), lower(variance), lower(normal)),
                        eight(upper(x), upper(mean), upper(variance), upper(normal)));
    }
    __m256i cancelled(__m256i x, __m256i mean) const {
        return saturate(onto(lower(x), without_mean(lower(mean))), onto(upper(x), without_mean(upper(mean))));
    }

private:
    __m128i mean_, noise_, out_;
    __m256i half_;
};

}  // namespace

void cancel_vectors(const Word* x, const Word* mean, const Word* variance, const Word* normal, Word* out,
                    std::int64_t count, CancelShifts shifts) {
    const Canceller32 canceller(shifts);
    const auto at = [&](const Word* some_x, const Word* some_mean, const Word* some_variance,
                        const Word* some_normal) {
        return canceller.cancelled(load(some_x), load(some_mean), load(some_variance), load(some_normal));
    };
    if (count < kLanes) {
        Padded some(x, count);
        const Padded means(mean, count), variances(variance, count), normals(normal, count);
        store(some.words, at(some.words, means.words, variances.words, normals.words));
        return some.give(out, count);
    }
    for_each_vector(out, count,
                    [&](std::int64_t i) { return at(x + i, mean + i, variance + i, normal + i); });
}

void cancel_mean_vectors(const Word* x, const Word* mean, Word* out, std::int64_t count,
                         CancelShifts shifts) {
    const Canceller32 canceller(shifts);
    if (count < kLanes) {
        Padded some(x, count);
        const Padded means(mean, count);
        store(some.words, canceller.cancelled(load(some.words), load(means.words)));
        return some.give(out, count);
    }
    for_each_vector(out, count,
                    [&](std::int64_t i) { return canceller.cancelled(load(x + i), load(mean + i)); });
}

#else

namespace {

[[noreturn]] void refuse() {
    throw Error("vectors of words: a processor with AVX2 is needed, this one has none");
}

}  // namespace

void requantise_vectors(const double*, Word*, std::int64_t, double, double) {
    refuse();
}
void product_vectors(const double*, const double*, std::int64_t, std::int64_t, const double*, double,
                     std::int64_t, Word*, std::int64_t) {
    refuse();
}
void leaky_relu_vectors(Word*, std::int64_t, int) {
    refuse();
}
void cancel_vectors(const Word*, const Word*, const Word*, const Word*, Word*, std::int64_t, CancelShifts) {
    refuse();
}
void cancel_mean_vectors(const Word*, const Word*, Word*, std::int64_t, CancelShifts) {
    refuse();
}

#endif

}  // namespace quell::denoiser
