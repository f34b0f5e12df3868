// Many registers of up to 32 bits at once: the states that a set of streams gives in turn, 32 rounds at a
// time, on a processor with AVX2. The scalar definition is in lfsr.h.
#pragma once

#include "models/numeric/lfsr.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace quell::numeric {

// The linear map over 32 samples as tables of nibbles, for byte shuffles: what nibble n of a state gives to
// byte b of the state 32 samples on.
class LfsrStride {
public:
    static constexpr int kRounds = 32;
    static constexpr int kWidest = 32;

    explicit LfsrStride(int width);  // at most kWidest bits

    // 4 x 8 tables of 16 bytes, by byte, then nibble.
    const std::uint8_t* table(std::size_t byte, std::size_t nibble) const {
        return tables_[byte][nibble].data();
    }

private:
    alignas(32) std::array<std::array<std::array<std::uint8_t, 16>, 8>, 4> tables_{};
};

class LfsrRounds {
public:
    // streams: the next state of each. To be used where has_vectors() says so. What is referred to outlives
    // it.
    LfsrRounds(const LfsrLeap& leap, const LfsrStride& stride, std::span<const std::uint64_t> streams);

    std::int64_t size() const { return LfsrStride::kRounds * streams_; }

    // The next 32 states of every stream, size() in all: round after round, in a round stream after stream.
    void next(std::uint32_t* states);

private:
    const LfsrStride* stride_;
    std::int64_t streams_;
    std::vector<std::uint8_t> planes_;  // the states by groups of 32, in a group byte by byte
};

}  // namespace quell::numeric
