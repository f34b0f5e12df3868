// The weights of a denoiser block in the hardware's words, with the scale of every tensor.
#pragma once

#include "models/base/tensor.h"
#include "models/denoiser/geometry.h"
#include "models/numeric/fixed_point.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quell::denoiser {

using numeric::Word;

// Fraction bits of every tensor in the block (docs/numerics.md, section 2). X and Y share `x`.
struct FractionBits {
    int x = 12;
    int reduce_weight = 14, reduce_out = 12;
    int depthwise_weight = 14, depthwise_out = 12;
    int mean_weight = 14, mean_out = 12;
    int variance_weight = 14, variance_out = 12;  // variance_out is even: its root keeps a power-of-two scale

    int reduce_shift() const { return x + reduce_weight - reduce_out; }
    int depthwise_shift() const { return reduce_out + depthwise_weight - depthwise_out; }
    int mean_shift() const { return depthwise_out + mean_weight - mean_out; }
    int variance_shift() const { return depthwise_out + variance_weight - variance_out; }
};

// Throws Error naming the tensor when a count of fraction bits is outside -8..24 (weights: -8..30), when
// variance_out is odd, or when a requantising shift leaves -15..47.
void validate(const FractionBits& fraction, const Geometry& geometry);

struct BlockWeights {
    std::vector<Word> reduce;          // (B,C)
    std::vector<Word> depthwise;       // (B,3,3)
    std::vector<Word> mean, variance;  // (C,B/groups); variance is empty in mean-only blocks
    std::vector<std::int64_t> reduce_bias, depthwise_bias;  // in the accumulator's scale; empty: none
    std::vector<std::int64_t> mean_bias, variance_bias;
    FractionBits fraction;
};

// Throws Error naming the tensor when a size does not fit the geometry or a bias leaves 46 bits.
void validate(const BlockWeights& weights, const Geometry& geometry);

// Weights and input drawn from a seed, for runs that bring none (docs/numerics.md, section 7).
BlockWeights draw_weights(const Geometry& geometry, std::uint64_t seed);
std::vector<Word> draw_input(const Geometry& geometry, std::uint64_t seed);

// Reads the npz file of design and docs/numerics.md, section 8; `geometry.bias` becomes whether it has
// biases. Throws Error for arrays that are missing, not known, of another type or of another shape.
BlockWeights read_weights(const std::string& path, Geometry& geometry);
void write_weights(const std::string& path, const BlockWeights& weights, const Geometry& geometry);

}  // namespace quell::denoiser
