// How long the convolution cores take over a stretch of work (docs/timing.md, section 3).
//
// A pass: the loader fills the shadow registers with one set of activations (rows x pixels), the array takes
// them over and streams one output channel after another across them. A unit: the passes that complete the
// outputs of one pixel tile; its partial sums lie in one of two halves, and the writer empties one half while
// the other fills.
#pragma once

#include "models/timing/cycles.h"

#include <array>
#include <span>

namespace quell::timing {

// `count` equal passes after each other.
struct PassRun {
    Cycles load = 0;    // cycles of activation reads that fill the shadow registers
    Cycles stream = 0;  // cycles of weights across the array
    std::int64_t count = 0;
    bool operator==(const PassRun&) const = default;
};

struct Unit {
    std::array<PassRun, 4> passes{};  // in order; runs with count 0 are skipped; the last run has count >= 1
    std::int64_t outputs = 0;         // output channels, each written as one run of pixels
    Cycles write = 0;                 // cycles to write one of them

    void add_pass(Cycles load, Cycles stream, std::int64_t count);
    std::int64_t pass_count() const;
    bool operator==(const Unit&) const = default;

private:
    std::size_t used_ = 0;
};

// `count` equal units after each other.
struct UnitRun {
    Unit unit;
    std::int64_t count = 1;
};

// The recurrence itself, advanced unit by unit; equal stretches are jumped over once their rhythm repeats.
class ConvolutionPipeline {
public:
    // begin: the cycle in which the DCU enters the step.
    ConvolutionPipeline(Cycles begin, Cycles activation_latency, Cycles weight_latency);

    // Runs the sequence `times` times.
    void run(std::span<const UnitRun> sequence, std::int64_t times = 1);

    // The next unit's first pass starts when its weights, in the SRAM from this cycle on, can be on the bus.
    void wait_for_weights(Cycles ready);

    Cycles begin() const { return begin_; }
    Cycles stream_end() const { return state_.last_start + state_.last_stream; }  // weights are free again
    Cycles end() const { return state_.written; }                                 // outputs can be read

    // Where the cycles from begin to end went; they sum to end() - begin() - waited().
    Cycles fill() const { return first_start_ - begin_ - waited_before_first_; }
    Cycles compute() const { return compute_; }  // one output channel per cycle
    Cycles drain() const { return end() - stream_end(); }
    Cycles waited() const { return waited_; }
    Cycles sram_stall() const {
        return stream_end() - first_start_ - compute_ - (waited_ - waited_before_first_);
    }

    Cycles write_cycles() const { return write_cycles_; }

private:
    struct State {
        Cycles last_start = 0, last_stream = 0;  // of the last pass
        Cycles written = 0, written_before = 0;  // of the last unit and the one before
        bool same_rhythm(const State& other) const;
    };

    void advance(const Unit& unit);

    Cycles begin_;
    Cycles lead_ = 0;  // from the DCU's decision to data on both buses: the longer SRAM latency
    Cycles first_start_ = -1;
    State state_;
    Cycles not_before_ = 0;
    Cycles compute_ = 0, waited_ = 0, waited_before_first_ = 0, write_cycles_ = 0;
};

}  // namespace quell::timing
