#include "models/denoiser/fast_block.h"

#include "models/denoiser/word_vectors.h"
#include "models/numeric/vectors.h"

#include <algorithm>
#include <array>
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

// Makes room without touching what is there: the caller overwrites it.
template <typename T>
T* room(std::vector<T>& buffer, std::int64_t count) {
    if (buffer.size() < static_cast<std::size_t>(count)) buffer.resize(static_cast<std::size_t>(count));
    return buffer.data();
}

}  // namespace

FastBlock::Convolution FastBlock::prepare(const std::vector<Word>& weight,
                                          const std::vector<std::int64_t>& bias, std::int64_t outputs,
                                          int shift) {
    Convolution convolution;
    convolution.weight = weight;
    convolution.offset.assign(static_cast<std::size_t>(outputs),
                              shift > 0 ? std::ldexp(1.0, shift - 1) : 0.0);
    for (std::size_t k = 0; k < bias.size(); ++k) convolution.offset[k] += static_cast<double>(bias[k]);
    convolution.scale = std::ldexp(1.0, -shift);
    return convolution;
}

FastBlock::FastBlock(const Geometry& geometry, const BlockWeights& weights, int leaky_shift,
                     const NoiseSource& source, const CancelOrder& order, int threads)
    : geometry_(geometry),
      leaky_shift_(leaky_shift),
      source_(&source),
      order_(order),
      canceller_(weights.fraction, geometry.variance_head),
      threads_(threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {
    validate(weights, geometry);
    const FractionBits& f = weights.fraction;
    reduce_ = prepare(weights.reduce, weights.reduce_bias, geometry.bottleneck, f.reduce_shift());
    depthwise_ = prepare(weights.depthwise, weights.depthwise_bias, geometry.bottleneck, f.depthwise_shift());
    mean_ = prepare(weights.mean, weights.mean_bias, geometry.channels, f.mean_shift());
    if (geometry.variance_head)
        variance_ = prepare(weights.variance, weights.variance_bias, geometry.channels, f.variance_shift());
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
      row_(block.geometry_.width + 2),
      reduced_(static_cast<std::size_t>(block.geometry_.bottleneck * (block.geometry_.height + 2) * row_)),
      filtered_(static_cast<std::size_t>(block.geometry_.groups)),
      workers_(static_cast<std::size_t>(block.threads_), Worker(NoiseLanes(*block.source_, base_seed))) {
    if (static_cast<std::int64_t>(x.size()) != block.geometry_.elements()) {
        throw Error("the block's input has {} words, {} are needed", x.size(), block.geometry_.elements());
    }
}

template <typename Work>
void FastBlockStart::share(std::int64_t count, std::int64_t words, Work work) {
    constexpr std::int64_t worth_it = 4096;
    if (block_.threads_ > 1 && words >= worth_it) {
        if (!team_) team_.emplace(block_.threads_);
        team_->run([&](int member) {
            work(workers_[static_cast<std::size_t>(member)], share_of(count, member, block_.threads_));
        });
        return;
    }
    // The others have no share, but see the work go by.
    for (std::size_t member = 1; member < workers_.size(); ++member)
        work(workers_[member], Share{count, count});
    work(workers_.front(), Share{0, count});
}

void FastBlockStart::reduce(std::int64_t first, std::int64_t end) {
    // Pieces that stay in the cache from widening to requantisation.
    constexpr std::int64_t most = 256;
    const Geometry& g = block_.geometry_;
    share(end - first, (end - first) * g.channels, [&](Worker& worker, const Share& pixels) {
        for (std::int64_t at = pixels.first; at < pixels.end; at += most) {
            reduce_piece(worker, {first + at, first + std::min(at + most, pixels.end)});
        }
    });
}

void FastBlockStart::reduce_piece(Worker& worker, const Strip& piece) {
    const Geometry& g = block_.geometry_;
    const FastBlock::Convolution& convolution = block_.reduce_;
    const std::int64_t pixels = piece.pixels();
    worker.packed.reset(g.channels, pixels);
    for (std::int64_t channel = 0; channel < g.channels; ++channel) {
        worker.packed.put(channel, &x_[static_cast<std::size_t>(channel * g.pixels() + piece.first)]);
    }
    Word* words = room(worker.words, g.bottleneck * pixels);
    multiply({convolution.weight.data(), convolution.offset.data(), g.bottleneck, convolution.scale},
             worker.packed, worker.panel, words);
    for (std::int64_t output = 0; output < g.bottleneck; ++output, words += pixels) {
        leaky_relu(words, pixels, block_.leaky_shift_);
        Word* map = &reduced_[static_cast<std::size_t>(output * (g.height + 2) * row_)];
        for (std::int64_t at = piece.first; at < piece.end;) {
            const std::int64_t row = at / g.width, column = at % g.width;
            const std::int64_t some = std::min(g.width - column, piece.end - at);
            std::copy_n(words + (at - piece.first), some, map + (row + 1) * row_ + column + 1);
            at += some;
        }
    }
}

// The depthwise convolution: whole rows, from which the strip's pixels are taken.
void FastBlockStart::filter(Worker& worker, const Strip& strip, const Share& channels) {
    const Geometry& g = block_.geometry_;
    const FastBlock::Convolution& convolution = block_.depthwise_;
    const std::int64_t first_row = strip.first / g.width, rows = (strip.end - 1) / g.width - first_row + 1;
    const std::int64_t count = rows * row_ - 2;  // with two sums between rows that are nobody's
    double* map = room(worker.map, (rows + 2) * row_);
    double* sums = room(worker.sums, count);
    Word* words = room(worker.words, count);
    std::array<double, 9> taps;
    for (std::int64_t channel = channels.first; channel < channels.end; ++channel) {
        widen(map, &reduced_[static_cast<std::size_t>((channel * (g.height + 2) + first_row) * row_)],
              (rows + 2) * row_);
        std::copy_n(&convolution.weight[static_cast<std::size_t>(9 * channel)], 9, taps.begin());
        convolve(map, row_, taps.data(), sums, count);
        requantise(sums, words, count, convolution.offset[static_cast<std::size_t>(channel)],
                   convolution.scale);
        leaky_relu(words, count, block_.leaky_shift_);
        // Together: what comes after a row moves over the two words between them, and never ahead of itself.
        Word* to = words;
        for (std::int64_t at = strip.first; at < strip.end;) {
            const std::int64_t row = at / g.width, column = at % g.width;
            const std::int64_t some = std::min(g.width - column, strip.end - at);
            const Word* from = words + (row - first_row) * row_ + column;
            if (to != from) std::copy(from, from + some, to);
            to += some;
            at += some;
        }
        filtered_[static_cast<std::size_t>(channel / g.head_inputs())].put(channel % g.head_inputs(), words);
    }
}

void FastBlockStart::heads(Worker& worker, const FastBlock::Convolution& convolution, std::int64_t pixels,
                           const Share& channels, std::vector<Word>& words) const {
    const Geometry& g = block_.geometry_;
    const std::int64_t inputs = g.head_inputs(), group_channels = g.group_channels();
    for (std::int64_t first = channels.first; first < channels.end;) {
        const std::int64_t group = first / group_channels;
        const std::int64_t end = std::min((group + 1) * group_channels, channels.end);
        multiply({&convolution.weight[static_cast<std::size_t>(first * inputs)],
                  &convolution.offset[static_cast<std::size_t>(first)], end - first, convolution.scale},
                 filtered_[static_cast<std::size_t>(group)], worker.panel,
                 &words[static_cast<std::size_t>(first * pixels)]);
        first = end;
    }
}

void FastBlockStart::cancel(Worker& worker, const Strip& strip, const Share& channels,
                            std::span<Word> y) const {
    const Geometry& g = block_.geometry_;
    const int lanes = block_.order_.lanes;
    const std::int64_t pixels = strip.pixels();
    // Channels whose words, normals and all, stay in the first cache.
    const std::int64_t few = std::max<std::int64_t>(1, 2048 / pixels);
    const auto lane_of = [lanes](std::int64_t element) { return static_cast<int>(element % lanes); };
    for (std::int64_t tile = 0; tile < g.channels; tile += block_.order_.tile_channels) {
        const std::int64_t tile_end = std::min(tile + block_.order_.tile_channels, g.channels);
        const std::int64_t first = std::clamp(channels.first, tile, tile_end);
        const std::int64_t end = std::clamp(channels.end, tile, tile_end);
        if (g.variance_head) worker.lanes.skip(0, lanes, (first - tile) * pixels);
        for (std::int64_t channel = first; channel < end; channel += few) {
            const std::int64_t elements = std::min(few, end - channel) * pixels;
            Word* normals = room(worker.words, elements);
            if (g.variance_head) {
                worker.lanes.fill(lane_of((channel - tile) * pixels), lanes,
                                  {normals, static_cast<std::size_t>(elements)});
            }
            // Where the strip is the whole map, channel follows channel in x and y as well.
            const std::int64_t run = pixels == g.pixels() ? elements : pixels;
            for (std::int64_t at = 0; at < elements; at += run) {
                const auto in_map =
                    static_cast<std::size_t>((channel + at / pixels) * g.pixels() + strip.first);
                const auto in_strip = static_cast<std::size_t>(channel * pixels + at);
                if (g.variance_head) {
                    block_.canceller_.cancel(&x_[in_map], &mean_[in_strip], &variance_[in_strip],
                                             normals + at, &y[in_map], run);
                } else {
                    block_.canceller_.cancel_mean(&x_[in_map], &mean_[in_strip], &y[in_map], run);
                }
            }
        }
        if (g.variance_head) {
            worker.lanes.skip(lane_of((end - tile) * pixels), lanes, (tile_end - end) * pixels);
        }
    }
}

void FastBlockStart::denoise(std::int64_t first, std::int64_t end, std::span<Word> y) {
    const Geometry& g = block_.geometry_;
    const Strip strip{first, end};
    const std::int64_t pixels = strip.pixels(), words = g.channels * pixels;
    for (PackedMap& group : filtered_) group.reset(g.head_inputs(), pixels);
    room(mean_, words);
    if (g.variance_head) room(variance_, words);
    share(g.bottleneck, words,
          [&](Worker& worker, const Share& channels) { filter(worker, strip, channels); });
    share(g.channels, words, [&](Worker& worker, const Share& channels) {
        heads(worker, block_.mean_, pixels, channels, mean_);
        if (g.variance_head) heads(worker, block_.variance_, pixels, channels, variance_);
        cancel(worker, strip, channels, y);
    });
}

}  // namespace quell::denoiser
