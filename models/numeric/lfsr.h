// Maximal-length Galois linear feedback shift registers, 16 to 64 bits, that advance by whole words.
// See docs/numerics.md, section 4.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace quell::numeric {

inline constexpr int kNarrowestLfsr = 16, kWidestLfsr = 64;

// Feedback mask of the Galois register: bit t-1 for each tap t. Taps: Xilinx XAPP 052, table 3.
// Throws Error for a width outside 16..64.
std::uint64_t lfsr_feedback(int width);

// 2^width - 1, the period of one-bit steps.
constexpr std::uint64_t lfsr_period(int width) {
    return ~std::uint64_t{0} >> (64 - width);
}

// The smallest step >= width that is coprime to the period, so that leaping keeps the period whole.
int lfsr_leap(int width);

// One step of one bit: shift right; where a one falls out, the feedback is added.
constexpr std::uint64_t lfsr_step(std::uint64_t state, std::uint64_t feedback) {
    return (state >> 1) ^ ((state & 1) != 0 ? feedback : 0);
}

// A linear map on register states, one column per state bit. Powers of the step are jumps.
class LfsrMap {
public:
    // The map that advances a register of this width by `steps` one-bit steps.
    static LfsrMap jump(int width, std::uint64_t steps);

    std::uint64_t operator()(std::uint64_t state) const;

    // First the other map, then this one.
    LfsrMap after(const LfsrMap& first) const;

private:
    int width_ = 0;
    std::array<std::uint64_t, 64> columns_{};
};

// What all streams of one width share: the leap as byte tables, for speed.
class LfsrLeap {
public:
    explicit LfsrLeap(int width);

    int width() const { return width_; }

    std::uint64_t operator()(std::uint64_t state) const {
        std::uint64_t next = tables_[0][state & 0xFF] ^ tables_[1][(state >> 8) & 0xFF] ^
                             tables_[2][(state >> 16) & 0xFF] ^ tables_[3][(state >> 24) & 0xFF];
        // Tables of bytes that a narrower register does not have are zero.
        for (int byte = 4; byte < bytes_; ++byte) next ^= tables_[byte][(state >> (8 * byte)) & 0xFF];
        return next;
    }

private:
    int width_;
    int bytes_;
    std::array<std::array<std::uint64_t, 256>, 8> tables_{};
};

// Any number of leaps at once: their powers of two are kept.
class LfsrSkip {
public:
    explicit LfsrSkip(int width);

    // The register after so many samples.
    std::uint64_t operator()(std::uint64_t state, std::uint64_t samples) const;

private:
    std::vector<LfsrMap> powers_;
};

// Starting states of `streams` streams of leaps that share no bit of the register's one sequence: they are
// spaced in one-bit steps. (Spaced in leaps, no state would come twice, but the words of neighbouring streams
// would overlap where the leap is even.)
class LfsrStreams {
public:
    LfsrStreams(int width, int streams);

    // Samples that one stream may give before its words reach the next one's first.
    std::uint64_t samples_per_stream() const { return samples_; }

    // Stream k starts k * spacing() one-bit steps after `base`, which is not zero.
    std::vector<std::uint64_t> starts(std::uint64_t base) const;
    std::uint64_t spacing() const { return spacing_; }

private:
    int streams_;
    std::uint64_t spacing_, samples_;
    LfsrMap to_next_stream_;
};

}  // namespace quell::numeric
