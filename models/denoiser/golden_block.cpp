#include "models/denoiser/golden_block.h"

#include <algorithm>

namespace quell::denoiser {

namespace {

std::int64_t bias_of(const std::vector<std::int64_t>& bias, std::int64_t output) {
    return bias.empty() ? 0 : bias[static_cast<std::size_t>(output)];
}

// A 1x1 convolution of `inputs` channels in `groups` groups.
std::vector<Word> pointwise(std::span<const Word> x, std::int64_t inputs, std::int64_t outputs,
                            std::int64_t groups, std::int64_t pixels, const std::vector<Word>& weight,
                            const std::vector<std::int64_t>& bias, int shift) {
    std::vector<Word> y(static_cast<std::size_t>(outputs * pixels));
    const std::int64_t group_inputs = inputs / groups, group_outputs = outputs / groups;
    for (std::int64_t output = 0; output < outputs; ++output) {
        const std::int64_t first = output / group_outputs * group_inputs;
        for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
            std::int64_t sum = bias_of(bias, output);
            for (std::int64_t k = 0; k < group_inputs; ++k) {
                sum += std::int64_t{weight[static_cast<std::size_t>(output * group_inputs + k)]} *
                       x[static_cast<std::size_t>((first + k) * pixels + pixel)];
            }
            y[static_cast<std::size_t>(output * pixels + pixel)] = numeric::requantise(sum, shift);
        }
    }
    return y;
}

// A 3x3 convolution of every channel with its own kernel, zeros around the map.
std::vector<Word> depthwise(std::span<const Word> x, const Geometry& g, const BlockWeights& weights) {
    std::vector<Word> y(x.size());
    const int shift = weights.fraction.depthwise_shift();
    for (std::int64_t channel = 0; channel < g.bottleneck; ++channel) {
        for (std::int64_t row = 0; row < g.height; ++row) {
            for (std::int64_t column = 0; column < g.width; ++column) {
                std::int64_t sum = bias_of(weights.depthwise_bias, channel);
                for (std::int64_t tap_row = 0; tap_row < 3; ++tap_row) {
                    for (std::int64_t tap_column = 0; tap_column < 3; ++tap_column) {
                        const std::int64_t y_in = row + tap_row - 1, x_in = column + tap_column - 1;
                        if (y_in < 0 || y_in >= g.height || x_in < 0 || x_in >= g.width) continue;
                        const auto weight = static_cast<std::size_t>(channel * 9 + tap_row * 3 + tap_column);
                        const auto pixel =
                            static_cast<std::size_t>(channel * g.pixels() + y_in * g.width + x_in);
                        sum += std::int64_t{weights.depthwise[weight]} * x[pixel];
                    }
                }
                y[static_cast<std::size_t>(channel * g.pixels() + row * g.width + column)] =
                    numeric::requantise(sum, shift);
            }
        }
    }
    return y;
}

void leaky_relu(std::vector<Word>& values, int shift) {
    for (Word& value : values) value = numeric::leaky_relu(value, shift);
}

}  // namespace

BlockTrace golden_block(const Geometry& g, const BlockWeights& weights, int leaky_shift,
                        const NoiseSource& source, const CancelOrder& order, std::uint64_t base_seed,
                        std::span<const Word> x) {
    validate(weights, g);
    if (static_cast<std::int64_t>(x.size()) != g.elements()) {
        throw Error("the block's input has {} words, {}x{}x{} needs {}", x.size(), g.channels, g.height,
                    g.width, g.elements());
    }
    const FractionBits& f = weights.fraction;
    const std::int64_t pixels = g.pixels();
    BlockTrace trace;
    trace.reduced = pointwise(x, g.channels, g.bottleneck, 1, pixels, weights.reduce, weights.reduce_bias,
                              f.reduce_shift());
    leaky_relu(trace.reduced, leaky_shift);
    trace.filtered = depthwise(trace.reduced, g, weights);
    leaky_relu(trace.filtered, leaky_shift);
    trace.mean = pointwise(trace.filtered, g.bottleneck, g.channels, g.groups, pixels, weights.mean,
                           weights.mean_bias, f.mean_shift());
    if (g.variance_head) {
        trace.variance = pointwise(trace.filtered, g.bottleneck, g.channels, g.groups, pixels,
                                   weights.variance, weights.variance_bias, f.variance_shift());
    }
    trace.output.resize(x.size());
    const Canceller canceller(f, g.variance_head);
    NoiseLanes lanes(source, base_seed);
    for (std::int64_t first_pixel = 0; first_pixel < pixels; first_pixel += order.strip_pixels) {
        const std::int64_t end_pixel = std::min(first_pixel + order.strip_pixels, pixels);
        for (std::int64_t tile = 0; tile < g.channels; tile += order.tile_channels) {
            const std::int64_t end_channel = std::min(tile + order.tile_channels, g.channels);
            int lane = 0;
            for (std::int64_t channel = tile; channel < end_channel; ++channel) {
                for (std::int64_t pixel = first_pixel; pixel < end_pixel; ++pixel) {
                    const auto e = static_cast<std::size_t>(channel * pixels + pixel);
                    trace.output[e] = g.variance_head ? canceller.cancel(x[e], trace.mean[e],
                                                                         trace.variance[e], lanes.next(lane))
                                                      : canceller.cancel_mean(x[e], trace.mean[e]);
                    lane = lane + 1 == order.lanes ? 0 : lane + 1;
                }
            }
        }
    }
    return trace;
}

}  // namespace quell::denoiser
