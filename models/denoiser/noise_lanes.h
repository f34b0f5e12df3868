// The noise-cancellation lanes: every lane draws its normals from two LFSR streams of its own and cancels one
// element at a time. Bit-true. See docs/numerics.md, sections 3 to 6.
#pragma once

#include "models/denoiser/weights.h"
#include "models/numeric/box_muller.h"
#include "models/numeric/lfsr.h"
#include "models/numeric/lfsr_rounds.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace quell::denoiser {

// Which image and which block of the network a start of the DCU works for: its noise follows from these.
struct NoiseKey {
    std::uint64_t seed = 0;
    std::uint64_t image = 0;
    std::uint32_t site = 0;
};

// The state that a DCU start loads into its registers: never zero. width: bits of the LFSRs.
std::uint64_t base_seed(const NoiseKey& key, int width);

// Aligns x, mean and eps * sqrt(variance) on one scale, subtracts once and rounds once.
class Canceller {
public:
    Canceller(const FractionBits& fraction, bool stochastic);

    Word cancel(Word x, Word mean, Word variance, Word normal) const;
    Word cancel_mean(Word x, Word mean) const;

    // The same for many elements at vector speed. out may be x.
    void cancel(const Word* x, const Word* mean, const Word* variance, const Word* normal, Word* out,
                std::int64_t count) const;
    void cancel_mean(const Word* x, const Word* mean, Word* out, std::int64_t count) const;

    // Left shifts that bring the three terms to the common scale; the sum goes back by x's.
    int x_shift() const { return x_shift_; }
    int mean_shift() const { return mean_shift_; }
    int noise_shift() const { return noise_shift_; }

private:
    bool exact_in_doubles() const;
    bool exact_in_32_bits() const;

    int x_shift_, mean_shift_, noise_shift_ = 0, out_shift_;
};

// What the lanes of one configuration share between starts.
class NoiseSource {
public:
    NoiseSource(int lfsr_width, int lanes, int normals_per_pair);

    int lanes() const { return lanes_; }
    int normals_per_pair() const { return normals_per_pair_; }
    const numeric::LfsrLeap& leap() const { return leap_; }
    const numeric::BoxMuller& box_muller() const { return box_muller_; }
    // Where the lanes' registers start: lane l's are 2l and 2l + 1.
    std::vector<std::uint64_t> starts(std::uint64_t base_seed) const { return streams_.starts(base_seed); }

    // Normals that each lane may draw in one start before its streams meet the next ones.
    std::uint64_t normals_per_lane() const;

private:
    friend class NoiseLanes;
    int lanes_, normals_per_pair_;
    numeric::LfsrLeap leap_;
    numeric::LfsrStreams streams_;
    numeric::BoxMuller box_muller_;
    numeric::LfsrSkip skip_;
    std::optional<numeric::LfsrStride> stride_;  // where many registers can go on at once
};

// The lanes during one start.
class NoiseLanes {
public:
    NoiseLanes(const NoiseSource& source, std::uint64_t base_seed);

    // The next normal of a lane, 12 fraction bits.
    Word next(int lane) {
        settle();
        return draw(lane);
    }

    // The normals of a run of elements that goes to the lanes 0, 1, ... lanes - 1, 0, ... in turn, from lane
    // `first`. Fastest where a run goes on where the last one ended.
    void fill(int first, int lanes, std::span<Word> normals);

    // The same run, drawn by somebody else.
    void skip(int first, int lanes, std::int64_t elements);

private:
    struct Lane {
        std::uint64_t u1 = 0, u2 = 0;
        Word second = 0;
        bool second_waits = false;
        std::uint64_t skipped = 0;  // normals it has still to pass over
    };

    Word draw(int lane) {
        Lane& state = lanes_[static_cast<std::size_t>(lane)];
        if (state.second_waits) {
            state.second_waits = false;
            return state.second;
        }
        const numeric::BoxMuller& box_muller = source_->box_muller_;
        const std::uint64_t u1 = state.u1, u2 = state.u2;
        state.u1 = source_->leap_(u1);
        state.u2 = source_->leap_(u2);
        if (source_->normals_per_pair_ == 2) {
            state.second = box_muller.second(u1, u2);
            state.second_waits = true;
        }
        return box_muller.first(u1, u2);
    }

    // The first lanes, many rounds at a time. Their registers in lanes_ are those of before.
    struct Rounds {
        numeric::LfsrRounds u1, u2;
        std::size_t at;                     // of the block: the next element
        std::vector<std::uint32_t> s1, s2;  // the block's registers
        std::vector<Word> normals;          // what they give
    };

    void start_rounds(int lanes);
    void settle() {
        if (rounds_) put_back();
        if (skipped_) catch_up();
    }
    void catch_up();  // with what was skipped
    void put_back();  // the registers, from rounds_ to lanes_
    void fill_from_rounds(std::span<Word> normals);
    void fill_from_registers(int first, int lanes, std::span<Word> normals);

    const NoiseSource* source_;
    std::vector<Lane> lanes_;
    std::optional<Rounds> rounds_;
    int rounds_lanes_ = 0;
    bool skipped_ = false;
    std::vector<std::uint64_t> u1_, u2_;  // of a run, before they become normals
};

}  // namespace quell::denoiser
