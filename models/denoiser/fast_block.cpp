#include "models/denoiser/fast_block.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>

namespace quell::denoiser {

namespace {

constexpr double kLowestWord = -32768.0, kHighestWord = 32767.0;

// Requantisation of whole numbers below 2^53 held in doubles: every step is exact.
[[gnu::target_clones("avx2", "default")]] void requantise(double* values, std::int64_t count, double bias,
                                                          double half, double scale) {
    const double offset = bias + half;
    for (std::int64_t i = 0; i < count; ++i) {
        const double word = std::floor((values[i] + offset) * scale);
        values[i] = std::min(std::max(word, kLowestWord), kHighestWord);
    }
}

[[gnu::target_clones("avx2", "default")]] void leaky_relu(double* values, std::int64_t count, double scale) {
    for (std::int64_t i = 0; i < count; ++i) {
        const double leaked = std::floor(values[i] * scale + 0.5);
        values[i] = values[i] < 0 ? leaked : values[i];
    }
}

[[gnu::target_clones("avx2", "default")]] void multiply_add(double* sums, const double* x, std::int64_t count,
                                                            double weight) {
    for (std::int64_t i = 0; i < count; ++i) sums[i] += weight * x[i];
}

[[gnu::target_clones("avx2", "default")]] void widen(double* to, const Word* from, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) to[i] = from[i];
}

// sums (outputs, pixels) = weight (outputs, inputs) * x (inputs, pixels)
void multiply(const double* weight, const double* x, double* sums, std::int64_t outputs, std::int64_t inputs,
              std::int64_t pixels) {
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<blasint>(outputs),
                static_cast<blasint>(pixels), static_cast<blasint>(inputs), 1.0, weight,
                static_cast<blasint>(inputs), x, static_cast<blasint>(pixels), 0.0, sums,
                static_cast<blasint>(pixels));
}

}  // namespace

FastBlock::Convolution FastBlock::prepare(const std::vector<Word>& weight,
                                          const std::vector<std::int64_t>& bias, int shift) {
    Convolution convolution;
    convolution.weight.assign(weight.begin(), weight.end());
    convolution.bias.assign(bias.begin(), bias.end());
    convolution.half = shift > 0 ? std::ldexp(1.0, shift - 1) : 0.0;
    convolution.scale = std::ldexp(1.0, -shift);
    return convolution;
}

FastBlock::FastBlock(const Geometry& geometry, const BlockWeights& weights, int leaky_shift,
                     const NoiseSource& source, const CancelOrder& order)
    : geometry_(geometry),
      leaky_scale_(std::ldexp(1.0, -leaky_shift)),
      source_(&source),
      order_(order),
      canceller_(weights.fraction, geometry.variance_head) {
    validate(weights, geometry);
    const FractionBits& f = weights.fraction;
    reduce_ = prepare(weights.reduce, weights.reduce_bias, f.reduce_shift());
    depthwise_ = prepare(weights.depthwise, weights.depthwise_bias, f.depthwise_shift());
    mean_ = prepare(weights.mean, weights.mean_bias, f.mean_shift());
    if (geometry.variance_head)
        variance_ = prepare(weights.variance, weights.variance_bias, f.variance_shift());
}

void FastBlock::run(std::span<const Word> x, std::span<Word> y, std::uint64_t base_seed) const {
    FastBlockStart start(*this, x, base_seed);
    const std::int64_t pixels = geometry_.pixels();
    start.reduce(0, pixels);
    for (std::int64_t first = 0; first < pixels; first += order_.strip_pixels) {
        start.denoise(first, std::min(first + order_.strip_pixels, pixels), y);
    }
}

FastBlockStart::FastBlockStart(const FastBlock& block, std::span<const Word> x, std::uint64_t base_seed)
    : block_(block),
      x_(x),
      lanes_(*block.source_, base_seed),
      reduced_(static_cast<std::size_t>(block.geometry_.bottleneck * block.geometry_.pixels())) {
    if (static_cast<std::int64_t>(x.size()) != block.geometry_.elements()) {
        throw Error("the block's input has {} words, {} are needed", x.size(), block.geometry_.elements());
    }
}

void FastBlockStart::reduce(std::int64_t first, std::int64_t end) {
    const Geometry& g = block_.geometry_;
    const FastBlock::Convolution& convolution = block_.reduce_;
    // Pieces that stay in the cache from widening to requantisation.
    constexpr std::int64_t piece = 512;
    for (; first < end; first += piece) {
        const std::int64_t pixels = std::min(piece, end - first);
        strip_.resize(static_cast<std::size_t>(g.channels * pixels));
        for (std::int64_t channel = 0; channel < g.channels; ++channel) {
            widen(&strip_[static_cast<std::size_t>(channel * pixels)],
                  &x_[static_cast<std::size_t>(channel * g.pixels() + first)], pixels);
        }
        mean_.resize(static_cast<std::size_t>(g.bottleneck * pixels));
        multiply(convolution.weight.data(), strip_.data(), mean_.data(), g.bottleneck, g.channels, pixels);
        for (std::int64_t output = 0; output < g.bottleneck; ++output) {
            double* sums = &mean_[static_cast<std::size_t>(output * pixels)];
            const double bias =
                convolution.bias.empty() ? 0.0 : convolution.bias[static_cast<std::size_t>(output)];
            requantise(sums, pixels, bias, convolution.half, convolution.scale);
            leaky_relu(sums, pixels, block_.leaky_scale_);
            std::copy_n(sums, pixels, &reduced_[static_cast<std::size_t>(output * g.pixels() + first)]);
        }
    }
}

// The depthwise convolution of pixels first..end, row by row.
void FastBlockStart::filter(std::int64_t first, std::int64_t end) {
    const Geometry& g = block_.geometry_;
    const FastBlock::Convolution& convolution = block_.depthwise_;
    const std::int64_t pixels = end - first;
    filtered_.assign(static_cast<std::size_t>(g.bottleneck * pixels), 0.0);
    for (std::int64_t channel = 0; channel < g.bottleneck; ++channel) {
        const double* map = &reduced_[static_cast<std::size_t>(channel * g.pixels())];
        double* sums = &filtered_[static_cast<std::size_t>(channel * pixels)];
        for (std::int64_t row = first / g.width; row <= (end - 1) / g.width; ++row) {
            const std::int64_t from = std::max(first - row * g.width, std::int64_t{0});
            const std::int64_t to = std::min(end - row * g.width, g.width);
            for (std::int64_t tap = 0; tap < 9; ++tap) {
                const std::int64_t y = row + tap / 3 - 1, shift = tap % 3 - 1;
                if (y < 0 || y >= g.height) continue;
                const std::int64_t begin = std::max(from, -shift), stop = std::min(to, g.width - shift);
                if (begin >= stop) continue;
                multiply_add(sums + row * g.width + begin - first, map + y * g.width + begin + shift,
                             stop - begin, convolution.weight[static_cast<std::size_t>(channel * 9 + tap)]);
            }
        }
        const double bias =
            convolution.bias.empty() ? 0.0 : convolution.bias[static_cast<std::size_t>(channel)];
        requantise(sums, pixels, bias, convolution.half, convolution.scale);
        leaky_relu(sums, pixels, block_.leaky_scale_);
    }
}

void FastBlockStart::heads(const FastBlock::Convolution& convolution, std::int64_t pixels,
                           std::vector<double>& sums) const {
    const Geometry& g = block_.geometry_;
    sums.resize(static_cast<std::size_t>(g.channels * pixels));
    const std::int64_t inputs = g.head_inputs(), outputs = g.group_channels();
    for (std::int64_t group = 0; group < g.groups; ++group) {
        multiply(&convolution.weight[static_cast<std::size_t>(group * outputs * inputs)],
                 &filtered_[static_cast<std::size_t>(group * inputs * pixels)],
                 &sums[static_cast<std::size_t>(group * outputs * pixels)], outputs, inputs, pixels);
    }
    for (std::int64_t output = 0; output < g.channels; ++output) {
        const double bias =
            convolution.bias.empty() ? 0.0 : convolution.bias[static_cast<std::size_t>(output)];
        requantise(&sums[static_cast<std::size_t>(output * pixels)], pixels, bias, convolution.half,
                   convolution.scale);
    }
}

void FastBlockStart::denoise(std::int64_t first, std::int64_t end, std::span<Word> y) {
    const Geometry& g = block_.geometry_;
    const std::int64_t pixels = end - first;
    filter(first, end);
    heads(block_.mean_, pixels, mean_);
    if (g.variance_head) heads(block_.variance_, pixels, variance_);
    for (std::int64_t tile = 0; tile < g.channels; tile += block_.order_.tile_channels) {
        const std::int64_t tile_end = std::min(tile + block_.order_.tile_channels, g.channels);
        int lane = 0;
        for (std::int64_t channel = tile; channel < tile_end; ++channel) {
            const Word* x = &x_[static_cast<std::size_t>(channel * g.pixels() + first)];
            Word* out = &y[static_cast<std::size_t>(channel * g.pixels() + first)];
            const double* mean = &mean_[static_cast<std::size_t>(channel * pixels)];
            if (!g.variance_head) {
                block_.canceller_.cancel_mean(x, mean, out, pixels);
                continue;
            }
            const double* variance = &variance_[static_cast<std::size_t>(channel * pixels)];
            normals_.resize(static_cast<std::size_t>(pixels));
            lanes_.fill(lane, block_.order_.lanes, normals_);
            lane = static_cast<int>((lane + pixels) % block_.order_.lanes);
            block_.canceller_.cancel(x, mean, variance, normals_.data(), out, pixels);
        }
    }
}

}  // namespace quell::denoiser
