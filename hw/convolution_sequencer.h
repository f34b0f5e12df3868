// The DCU's part that runs a convolution step: loader, streamer and writer, three counters that work at once
// (docs/timing.md, section 3).
//
// The loader fills the shadow registers for the next pass while the streamer sends the weights of this one
// across the arrays, and the writer empties one half of the partial sums while a unit fills the other. What
// happens on the data buses in cycle t is decided `lead` cycles before, so that the SRAMs can be asked in
// time: the commands wait in a short shift register.
#pragma once

#include "hw/pass_walker.h"
#include "hw/sram.h"
#include "models/timing/denoiser_latency.h"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

namespace quell::hw {

using timing::Cycles;

// Which taps lie outside the map in the pass that is taken over now.
struct TapMask {
    enum class Kind : std::uint8_t { keep, none, depthwise };
    Kind kind = Kind::keep;
    std::int64_t pixel = 0;  // the tile's first in the map
    int row = 0;             // kernel row, -1 to 1
};

// Bit 3r + c of PE (r, c) of the core that works on pixels `pixel` to `pixel` + 2.
std::uint16_t zero_mask(std::int64_t pixel, int kernel_row, std::int64_t height, std::int64_t width);

// What the DCU drives in one cycle.
struct ConvolutionCommands {
    ReadRequest activation_read, weight_read;
    CoreControl cores;
    TapMask mask;
};

// Where the cycles of the steps went.
struct ConvolutionCounts {
    Cycles fill = 0, compute = 0, sram_stall = 0, drain = 0, waited = 0;
    Cycles written = 0;  // cycles of writing
};

class ConvolutionSequencer {
public:
    explicit ConvolutionSequencer(const config::DenoiserConfig& config);

    // The DCU enters the step in cycle `now`. The plan outlives it.
    void begin(Cycles now, const timing::BlockPlan& plan, ConvolutionStep step, bool beside_lanes);
    void reset();

    bool active() const { return active_; }
    bool over(Cycles now) const { return ended_ && now >= end_; }
    void leave() { active_ = false; }

    // The commands of cycle `now`; call it once a cycle while active. tiles_ready: weight tiles that are
    // there.
    const ConvolutionCommands& step(Cycles now, std::int64_t tiles_ready);

    // True once for every weight tile whose last words have been on the bus before this cycle.
    bool take_freed_tile(Cycles now);

    const ConvolutionCounts& counts() const { return counts_; }

private:
    static constexpr std::size_t kSlots = 16;  // more than the longest latency and the writer's lead
    struct Writing {
        UnitOutput unit;
        Cycles first = 0;    // when the first words may be written
        Cycles spacing = 1;  // of the output channels
        std::uint8_t half = 0;
        std::int64_t done = 0;
    };

    ConvolutionCommands& at(Cycles cycle) { return slots_[static_cast<std::size_t>(cycle) % kSlots]; }
    void run_streamer(Cycles t, std::int64_t tiles_ready);
    void start_pass(Cycles t);
    void stream_words(Cycles t);
    void run_loader(Cycles t);
    void run_writer(Cycles now);
    void fetch_pass();

    const Cycles activation_latency_, weight_latency_, lead_, writer_lead_;
    std::uint32_t read_words_ = 1, write_words_ = 1, weight_words_ = 1;

    bool active_ = false, ended_ = false;
    Cycles begin_ = 0, end_ = 0;
    std::optional<PassWalker> walker_;
    std::array<ConvolutionCommands, kSlots> slots_{};

    // Loader: the next pass, its runs and words loaded so far.
    std::optional<Pass> next_;
    std::size_t run_ = 0;
    std::uint32_t loaded_ = 0;
    bool loading_ = false;  // the shadow registers are the next pass's

    // Streamer.
    std::optional<Pass> current_;
    std::int64_t channel_ = 0;    // output channel of the unit
    std::uint32_t streamed_ = 0;  // words of it
    bool stream_over_ = true;
    bool started_ = false;
    std::uint8_t half_ = 1;
    std::array<bool, 2> half_taken_{};   // by a unit that is not written yet
    std::array<Cycles, 2> half_free_{};  // since when it is written
    std::deque<Cycles> tiles_freed_;     // when

    // Writer: units whose last pass has started.
    std::array<Writing, 2> writing_{};
    std::size_t writing_count_ = 0;
    Cycles writer_free_ = 0;

    ConvolutionCounts counts_;
};

}  // namespace quell::hw
