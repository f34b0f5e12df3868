// The block's loops over words, compiled for vectors of 256 bits (AVX2). To be called where
// numeric::has_vectors() says so; any count, and outputs may be the inputs they replace.
#pragma once

#include "models/numeric/fixed_point.h"

#include <cstdint>

namespace quell::denoiser {

using numeric::Word;

// words = requantised sums: floor((sum + offset) * scale), saturated. Sums are whole numbers that with the
// offset stay below 2^53; scale is a power of two.
void requantise_vectors(const double* sums, Word* words, std::int64_t count, double offset, double scale);

// Six outputs of a matrix product (word_product.h), requantised: words[r * stride + p] for r < rows.
// panel: (inputs, 6); packed: see PackedMap; offsets: rows of them.
void product_vectors(const double* panel, const double* packed, std::int64_t inputs, std::int64_t pixels,
                     const double* offsets, double scale, std::int64_t rows, Word* words,
                     std::int64_t stride);

// In place; slope 2^-shift, shift 0 to 15.
void leaky_relu_vectors(Word* words, std::int64_t count, int shift);

// The cancellation in 32 bits: out = saturate(x + floor((half - mean * 2^mean_shift - normal * root *
// 2^noise_shift) / 2^out_shift)). No sum may leave 31 bits and a sign.
struct CancelShifts {
    int mean, noise, out;
};
void cancel_vectors(const Word* x, const Word* mean, const Word* variance, const Word* normal, Word* out,
                    std::int64_t count, CancelShifts shifts);
void cancel_mean_vectors(const Word* x, const Word* mean, Word* out, std::int64_t count, CancelShifts shifts);

}  // namespace quell::denoiser
