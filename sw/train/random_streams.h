// The training's random choices (docs/training.md, "Seeds"): numbers by counter, no state.
#pragma once

#include "models/numeric/counter_random.h"

#include <array>
#include <cstdint>

namespace quell::train {

enum class Stream : std::uint32_t {
    noise_of_epoch,
    order,
    augmentation,
    first_weights,
    block_samples,
    placement,
    noise_strength,
    tensor_noise
};
// Lanes lie this far apart.
constexpr std::uint32_t stream_count = 8;
static_assert(static_cast<std::uint32_t>(Stream::tensor_noise) < stream_count);

// Four words for the counter `at` (below 2^48 are enough for every use) and `lane` of a stream.
inline std::array<std::uint32_t, 4> stream_words(std::uint64_t seed, Stream stream, std::uint64_t at,
                                                 std::uint32_t lane = 0) {
    return numeric::random_words(seed, numeric::Purpose::training, at,
                                 static_cast<std::uint32_t>(stream) + stream_count * lane);
}

// A seed for something else that takes one.
inline std::uint64_t stream_seed(std::uint64_t seed, Stream stream, std::uint64_t at) {
    const auto words = stream_words(seed, stream, at);
    return std::uint64_t{words[1]} << 32 | words[0];
}

// Uniform in [0, bound), bound up to 2^32: the fraction of a word.
inline std::uint64_t below(std::uint32_t word, std::uint64_t bound) {
    return (word * bound) >> 32;
}

}  // namespace quell::train
