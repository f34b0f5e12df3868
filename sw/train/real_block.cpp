#include "sw/train/real_block.h"

#include "sw/train/random_streams.h"

#include <cmath>

namespace quell::train {
namespace {

Tensor<float> uniform(Shape shape, std::int64_t fan_in, std::uint64_t seed, std::uint32_t tensor) {
    Tensor<float> result(std::move(shape));
    const double limit = std::sqrt(6.0 / static_cast<double>(fan_in));
    for (std::size_t i = 0; i < result.values.size(); ++i) {
        const double u = (stream_words(seed, Stream::first_weights, i, tensor)[0] + 0.5) / 4294967296.0;
        result.values[i] = static_cast<float>((2 * u - 1) * limit);
    }
    return result;
}

void check_shape(const RealBlock& block, const char* name, const Tensor<float>& tensor,
                 const Shape& expected) {
    if (tensor.shape != expected) {
        throw Error("block after convolution {}: {} of shape {} expected, {} came", block.convolution, name,
                    to_string(expected), to_string(tensor.shape));
    }
}

}  // namespace

RealBlock draw_block(std::int64_t convolution, const denoiser::Geometry& g, int leaky_shift,
                     std::uint64_t seed) {
    RealBlock block;
    block.convolution = convolution;
    block.geometry = g;
    block.leaky_shift = leaky_shift;
    const auto first = static_cast<std::uint32_t>(4 * convolution);
    block.reduce = uniform({g.bottleneck, g.channels, 1, 1}, g.channels, seed, first);
    block.depthwise = uniform({g.bottleneck, 1, 3, 3}, 9, seed, first + 1);
    block.mean = Tensor<float>(Shape{g.channels, g.head_inputs(), 1, 1});
    if (g.variance_head) block.variance = block.mean;
    if (g.bias) {
        block.reduce_bias = block.depthwise_bias = Tensor<float>(Shape{g.bottleneck});
        block.mean_bias = Tensor<float>(Shape{g.channels});
        if (g.variance_head) block.variance_bias = block.mean_bias;
    }
    return block;
}

void check(const RealBlock& block) {
    const denoiser::Geometry& g = block.geometry;
    const Shape head{g.channels, g.head_inputs(), 1, 1}, none = Tensor<float>().shape;
    check_shape(block, "reduce.weight", block.reduce, {g.bottleneck, g.channels, 1, 1});
    check_shape(block, "depthwise.weight", block.depthwise, {g.bottleneck, 1, 3, 3});
    check_shape(block, "mean.weight", block.mean, head);
    check_shape(block, "variance.weight", block.variance, g.variance_head ? head : none);
    const Shape narrow = g.bias ? Shape{g.bottleneck} : none, wide = g.bias ? Shape{g.channels} : none;
    check_shape(block, "reduce.bias", block.reduce_bias, narrow);
    check_shape(block, "depthwise.bias", block.depthwise_bias, narrow);
    check_shape(block, "mean.bias", block.mean_bias, wide);
    check_shape(block, "variance.bias", block.variance_bias, g.variance_head ? wide : none);
}

}  // namespace quell::train
