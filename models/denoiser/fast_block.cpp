#include "models/denoiser/fast_block.h"

#include "models/denoiser/word_vectors.h"
#include "models/network/kernels/gemm.h"
#include "models/numeric/vectors.h"

#include <algorithm>
#include <cmath>

namespace quell::denoiser {

namespace {

// Requantisation of whole numbers below 2^53 held in doubles: every step is exact.
void requantise(const double* sums, Word* words, std::int64_t count, double offset, double scale) {
    if (numeric::has_vectors()) return requantise_vectors(sums, words, count, offset, scale);
    for (std::int64_t i = 0; i < count; ++i) {
        const double word = std::floor((sums[i] + offset) * scale);
        words[i] = static_cast<Word>(std::min(std::max(word, -32768.0), 32767.0));
    }
}

void leaky_relu(Word* words, std::int64_t count, int shift) {
    if (numeric::has_vectors()) return leaky_relu_vectors(words, count, shift);
    for (std::int64_t i = 0; i < count; ++i) words[i] = numeric::leaky_relu(words[i], shift);
}

// The 3x3 convolution over rows of `row` numbers: sums[i] belongs to the middle of taps x[i .. i + 2 row +
// 2].
[[gnu::target_clones("avx2", "default")]] void convolve(const double* x, std::int64_t row, const double* taps,
                                                        double* sums, std::int64_t count) {
    const double *above = x, *middle = x + row, *below = x + 2 * row;
    for (std::int64_t i = 0; i < count; ++i) {
        sums[i] = ((taps[0] * above[i] + taps[1] * above[i + 1]) + taps[2] * above[i + 2]) +
                  ((taps[3] * middle[i] + taps[4] * middle[i + 1]) + taps[5] * middle[i + 2]) +
                  ((taps[6] * below[i] + taps[7] * below[i + 1]) + taps[8] * below[i + 2]);
    }
}

[[gnu::target_clones("avx2", "default")]] void widen(double* to, const Word* from, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) to[i] = from[i];
}

// sums (outputs, pixels) = weight (outputs, inputs) * x (inputs, pixels)
void multiply(const double* weight, const double* x, double* sums, std::int64_t outputs, std::int64_t inputs,
              std::int64_t pixels) {
    network::kernels::multiply(outputs, pixels, inputs, {weight, inputs}, {x, pixels}, {sums, pixels});
}

// Makes room without touching what is there: the caller overwrites it.
template <typename T>
T* room(std::vector<T>& buffer, std::int64_t count) {
    if (buffer.size() < static_cast<std::size_t>(count)) buffer.resize(static_cast<std::size_t>(count));
    return buffer.data();
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
      leaky_shift_(leaky_shift),
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
      row_(block.geometry_.width + 2),
      reduced_(static_cast<std::size_t>(block.geometry_.bottleneck * (block.geometry_.height + 2) * row_)) {
    if (static_cast<std::int64_t>(x.size()) != block.geometry_.elements()) {
        throw Error("the block's input has {} words, {} are needed", x.size(), block.geometry_.elements());
    }
}

void FastBlockStart::reduce(std::int64_t first, std::int64_t end) {
    const Geometry& g = block_.geometry_;
    const FastBlock::Convolution& convolution = block_.reduce_;
    // Pieces that stay in the cache from widening to requantisation.
    constexpr std::int64_t piece = 256;
    for (; first < end; first += piece) {
        const std::int64_t pixels = std::min(piece, end - first);
        double* inputs = room(strip_, g.channels * pixels);
        for (std::int64_t channel = 0; channel < g.channels; ++channel) {
            widen(inputs + channel * pixels, &x_[static_cast<std::size_t>(channel * g.pixels() + first)],
                  pixels);
        }
        double* sums = room(sums_, g.bottleneck * pixels);
        Word* words = room(words_, pixels);
        multiply(convolution.weight.data(), inputs, sums, g.bottleneck, g.channels, pixels);
        for (std::int64_t output = 0; output < g.bottleneck; ++output) {
            requantise(sums + output * pixels, words, pixels, convolution.offset(output), convolution.scale);
            leaky_relu(words, pixels, block_.leaky_shift_);
            Word* map = &reduced_[static_cast<std::size_t>(output * (g.height + 2) * row_)];
            for (std::int64_t at = first; at < first + pixels;) {
                const std::int64_t row = at / g.width, column = at % g.width;
                const std::int64_t some = std::min(g.width - column, first + pixels - at);
                std::copy_n(words + (at - first), some, map + (row + 1) * row_ + column + 1);
                at += some;
            }
        }
    }
}

// The depthwise convolution of pixels first..end: whole rows, from which the pixels are taken.
void FastBlockStart::filter(std::int64_t first, std::int64_t end) {
    const Geometry& g = block_.geometry_;
    const FastBlock::Convolution& convolution = block_.depthwise_;
    const std::int64_t pixels = end - first;
    const std::int64_t first_row = first / g.width, rows = (end - 1) / g.width - first_row + 1;
    const std::int64_t count = rows * row_ - 2;  // with two sums between rows that are nobody's
    double* map = room(strip_, (rows + 2) * row_);
    double* sums = room(sums_, count);
    Word* words = room(words_, count);
    double* filtered = room(filtered_, g.bottleneck * pixels);
    for (std::int64_t channel = 0; channel < g.bottleneck; ++channel) {
        widen(map, &reduced_[static_cast<std::size_t>((channel * (g.height + 2) + first_row) * row_)],
              (rows + 2) * row_);
        convolve(map, row_, &convolution.weight[static_cast<std::size_t>(9 * channel)], sums, count);
        requantise(sums, words, count, convolution.offset(channel), convolution.scale);
        leaky_relu(words, count, block_.leaky_shift_);
        for (std::int64_t at = first; at < end;) {
            const std::int64_t row = at / g.width, column = at % g.width;
            const std::int64_t some = std::min(g.width - column, end - at);
            widen(filtered, words + (row - first_row) * row_ + column, some);
            filtered += some;
            at += some;
        }
    }
}

void FastBlockStart::heads(const FastBlock::Convolution& convolution, std::int64_t pixels,
                           std::vector<Word>& words) {
    const Geometry& g = block_.geometry_;
    const std::int64_t inputs = g.head_inputs(), outputs = g.group_channels();
    double* sums = room(sums_, outputs * pixels);
    Word* to = room(words, g.channels * pixels);
    for (std::int64_t group = 0; group < g.groups; ++group) {
        multiply(&convolution.weight[static_cast<std::size_t>(group * outputs * inputs)],
                 &filtered_[static_cast<std::size_t>(group * inputs * pixels)], sums, outputs, inputs,
                 pixels);
        for (std::int64_t output = 0; output < outputs; ++output, to += pixels) {
            requantise(sums + output * pixels, to, pixels, convolution.offset(group * outputs + output),
                       convolution.scale);
        }
    }
}

void FastBlockStart::denoise(std::int64_t first, std::int64_t end, std::span<Word> y) {
    const Geometry& g = block_.geometry_;
    const std::int64_t pixels = end - first;
    filter(first, end);
    heads(block_.mean_, pixels, mean_);
    if (g.variance_head) heads(block_.variance_, pixels, variance_);
    // Channels whose words, normals and all, stay in the first cache.
    const std::int64_t few = std::max<std::int64_t>(1, 2048 / pixels);
    for (std::int64_t tile = 0; tile < g.channels; tile += block_.order_.tile_channels) {
        const std::int64_t tile_end = std::min(tile + block_.order_.tile_channels, g.channels);
        int lane = 0;
        for (std::int64_t channel = tile; channel < tile_end; channel += few) {
            const std::int64_t channels = std::min(few, tile_end - channel), elements = channels * pixels;
            if (g.variance_head) {
                lanes_.fill(lane, block_.order_.lanes,
                            {room(words_, elements), static_cast<std::size_t>(elements)});
                lane = static_cast<int>((lane + elements) % block_.order_.lanes);
            }
            // Where the strip is the whole map, channel follows channel in x and y as well.
            const std::int64_t run = pixels == g.pixels() ? elements : pixels;
            for (std::int64_t at = 0; at < elements; at += run) {
                cancel(channel + at / pixels, channel * pixels + at, first, run, words_.data() + at, y);
            }
        }
    }
}

// `count` elements, which lie together, from pixel `first` of `channel`; the strip's own words from `place`.
void FastBlockStart::cancel(std::int64_t channel, std::int64_t place, std::int64_t first, std::int64_t count,
                            const Word* normals, std::span<Word> y) const {
    const Geometry& g = block_.geometry_;
    const auto at = static_cast<std::size_t>(channel * g.pixels() + first);
    const Word* mean = mean_.data() + place;
    if (g.variance_head) {
        block_.canceller_.cancel(&x_[at], mean, variance_.data() + place, normals, &y[at], count);
    } else {
        block_.canceller_.cancel_mean(&x_[at], mean, &y[at], count);
    }
}

}  // namespace quell::denoiser
