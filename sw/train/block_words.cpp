#include "sw/train/block_words.h"

#include "models/network/calibration.h"

#include <algorithm>
#include <cmath>

namespace quell::train {
namespace {

using denoiser::Word;

constexpr int least_bits = -8, most_weight_bits = 30, most_shift = 47, bias_magnitude_bits = 46;
constexpr int headroom_bits = 1;

double largest(const Tensor<float>& tensor) {
    double result = 0;
    for (const float value : tensor.values) {
        if (!std::isfinite(value))
            throw Error("a trained block has the weight {}, a finite one is expected", value);
        result = std::max(result, std::fabs(static_cast<double>(value)));
    }
    return result;
}

int value_bits(double range) {
    return std::max(least_bits, network::fraction_bits_for(range, headroom_bits));
}

// The most bits f with which every |w| 2^f is at most 2^15 - 1, the shift in + f - out is one the hardware
// has, and the biases fit.
int weight_bits(const Tensor<float>& weight, const Tensor<float>& bias, int in, int out) {
    const double range = largest(weight);
    int bits = most_weight_bits;
    while (bits > least_bits && std::ldexp(range, bits) > 32767) --bits;
    bits = std::min(bits, most_shift - in + out);
    const double offset = largest(bias);
    while (bits > least_bits && std::ldexp(offset, in + bits) >= std::ldexp(1.0, bias_magnitude_bits)) --bits;
    return bits;
}

std::vector<Word> words(const Tensor<float>& tensor, int bits) {
    std::vector<Word> result;
    for (const float value : tensor.values) {
        const double scaled = std::floor(std::ldexp(static_cast<double>(value), bits) + 0.5);
        result.push_back(static_cast<Word>(std::clamp(scaled, -32768.0, 32767.0)));
    }
    return result;
}

std::vector<std::int64_t> accumulator(const Tensor<float>& tensor, int bits) {
    std::vector<std::int64_t> result;
    for (const float value : tensor.values)
        result.push_back(std::llround(std::ldexp(static_cast<double>(value), bits)));
    return result;
}

template <typename T>
Tensor<float> real(const Shape& shape, const std::vector<T>& words, int bits) {
    Tensor<float> result(shape);
    for (std::size_t i = 0; i < words.size(); ++i)
        result.values[i] = static_cast<float>(std::ldexp(static_cast<double>(words[i]), -bits));
    return result;
}

}  // namespace

network::PlacedBlock to_words(const RealBlock& block, const BlockRanges& ranges, int x_fraction_bits) {
    check(block);
    network::PlacedBlock placed;
    placed.convolution = block.convolution;
    placed.geometry = block.geometry;
    placed.geometry.height = placed.geometry.width = 0;
    placed.leaky_shift = block.leaky_shift;
    denoiser::BlockWeights& w = placed.weights;
    denoiser::FractionBits& f = w.fraction;
    f.x = x_fraction_bits;
    f.reduce_out = value_bits(ranges.reduce);
    f.depthwise_out = value_bits(ranges.depthwise);
    f.mean_out = value_bits(ranges.mean);
    f.reduce_weight = weight_bits(block.reduce, block.reduce_bias, f.x, f.reduce_out);
    f.depthwise_weight = weight_bits(block.depthwise, block.depthwise_bias, f.reduce_out, f.depthwise_out);
    f.mean_weight = weight_bits(block.mean, block.mean_bias, f.depthwise_out, f.mean_out);
    w.reduce = words(block.reduce, f.reduce_weight);
    w.depthwise = words(block.depthwise, f.depthwise_weight);
    w.mean = words(block.mean, f.mean_weight);
    w.reduce_bias = accumulator(block.reduce_bias, f.x + f.reduce_weight);
    w.depthwise_bias = accumulator(block.depthwise_bias, f.reduce_out + f.depthwise_weight);
    w.mean_bias = accumulator(block.mean_bias, f.depthwise_out + f.mean_weight);
    if (block.geometry.variance_head) {
        f.variance_out = value_bits(ranges.variance);
        if (f.variance_out % 2 != 0) --f.variance_out;  // the root keeps a power-of-two scale
        f.variance_weight = weight_bits(block.variance, block.variance_bias, f.depthwise_out, f.variance_out);
        w.variance = words(block.variance, f.variance_weight);
        w.variance_bias = accumulator(block.variance_bias, f.depthwise_out + f.variance_weight);
    }
    validate(w, placed.geometry);
    return placed;
}

RealBlock to_real(const network::PlacedBlock& placed) {
    const denoiser::Geometry& g = placed.geometry;
    const denoiser::BlockWeights& w = placed.weights;
    const denoiser::FractionBits& f = w.fraction;
    const Shape head{g.channels, g.head_inputs(), 1, 1};
    RealBlock block;
    block.convolution = placed.convolution;
    block.geometry = g;
    block.leaky_shift = placed.leaky_shift;
    block.reduce = real({g.bottleneck, g.channels, 1, 1}, w.reduce, f.reduce_weight);
    block.depthwise = real({g.bottleneck, 1, 3, 3}, w.depthwise, f.depthwise_weight);
    block.mean = real(head, w.mean, f.mean_weight);
    if (g.variance_head) block.variance = real(head, w.variance, f.variance_weight);
    if (g.bias) {
        block.reduce_bias = real({g.bottleneck}, w.reduce_bias, f.x + f.reduce_weight);
        block.depthwise_bias = real({g.bottleneck}, w.depthwise_bias, f.reduce_out + f.depthwise_weight);
        block.mean_bias = real({g.channels}, w.mean_bias, f.depthwise_out + f.mean_weight);
        if (g.variance_head)
            block.variance_bias = real({g.channels}, w.variance_bias, f.depthwise_out + f.variance_weight);
    }
    return block;
}

}  // namespace quell::train
