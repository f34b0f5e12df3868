// One denoiser block, bit-true, at vector speed: the values of the `transaction` fidelity.
//
// The convolutions run in doubles, which hold every sum exactly (word_product.h), so the bits are the golden
// block's.
#pragma once

#include "models/base/thread_team.h"
#include "models/denoiser/cancel_order.h"
#include "models/denoiser/noise_lanes.h"
#include "models/denoiser/word_product.h"

#include <optional>
#include <span>
#include <vector>

namespace quell::denoiser {

// Weights in the form the products take. Shared by all images and threads.
class FastBlock {
public:
    // threads: how many a start may use, 0 for as many as the processor runs at once; no bit depends on it.
    // Throws Error when the weights do not fit the geometry.
    FastBlock(const Geometry& geometry, const BlockWeights& weights, int leaky_shift,
              const NoiseSource& source, const CancelOrder& order, int threads = 1);

    const Geometry& geometry() const { return geometry_; }
    const CancelOrder& order() const { return order_; }

    // x and y: (C,H,W); they may be the same.
    void run(std::span<const Word> x, std::span<Word> y, std::uint64_t base_seed) const;

private:
    friend class FastBlockStart;
    struct Convolution {
        std::vector<Word> weight;
        std::vector<double> offset;  // per output: its bias and the half of the rounding
        double scale = 1;            // requantisation: floor((sum + offset) * scale)
    };
    static Convolution prepare(const std::vector<Word>& weight, const std::vector<std::int64_t>& bias,
                               std::int64_t outputs, int shift);

    Geometry geometry_;
    Convolution reduce_, depthwise_, mean_, variance_;
    int leaky_shift_;
    const NoiseSource* source_;
    CancelOrder order_;
    Canceller canceller_;
    int threads_;
};

// One start of the block, strip by strip, as the machine goes. x: (C,H,W), filled as strips arrive.
class FastBlockStart {
public:
    FastBlockStart(const FastBlock& block, std::span<const Word> x, std::uint64_t base_seed);

    // Pixels first..end of the bottleneck; X must be there for them.
    void reduce(std::int64_t first, std::int64_t end);

    // Pixels first..end of the output, into y (C,H,W). Strips come in order, each once, and the bottleneck
    // must be there up to a row and a pixel beyond.
    void denoise(std::int64_t first, std::int64_t end, std::span<Word> y);

private:
    // What one thread works with. It cancels the channels of its share, and its lanes skip all others.
    struct Worker {
        explicit Worker(const NoiseLanes& noise) : lanes(noise) {}
        NoiseLanes lanes;
        PackedMap packed;
        std::vector<double> panel, map, sums;  // whole numbers: of a product, of the depthwise convolution
        std::vector<Word> words;               // of a few channels, or their normals
    };
    // A strip's pixels.
    struct Strip {
        std::int64_t first, end;
        std::int64_t pixels() const { return end - first; }
    };

    // work(worker, share of `count` things), on all threads where `words` words of the map make it worth it.
    template <typename Work>
    void share(std::int64_t count, std::int64_t words, Work work);
    void reduce_piece(Worker& worker, const Strip& piece);
    void filter(Worker& worker, const Strip& strip, const Share& channels);
    void heads(Worker& worker, const FastBlock::Convolution& convolution, std::int64_t pixels,
               const Share& channels, std::vector<Word>& words) const;
    void cancel(Worker& worker, const Strip& strip, const Share& channels, std::span<Word> y) const;

    const FastBlock& block_;
    std::span<const Word> x_;
    std::int64_t row_;                   // words of a row with its border: W + 2
    std::vector<Word> reduced_;          // (B,H+2,W+2), zero around the map
    std::vector<PackedMap> filtered_;    // (B/groups, strip) of each group of the heads
    std::vector<Word> mean_, variance_;  // (C, strip)
    std::vector<Worker> workers_;
    std::optional<ThreadTeam> team_;  // when the first piece of work is worth it
};

}  // namespace quell::denoiser
