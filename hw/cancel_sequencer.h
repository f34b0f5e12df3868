// The DCU's part that feeds the noise-cancellation lanes and stores what they give (docs/timing.md, section
// 4).
//
// Elements are fetched in groups, an operand a cycle, and go to the lanes, some a cycle, while the next group
// is fetched. Jobs follow each other. While the lanes stand still (the depthwise convolution has their ports)
// so does everything here but the words that were asked for, which wait in the group registers.
#pragma once

#include "hw/fifo.h"
#include "hw/lane_control.h"
#include "hw/sram.h"
#include "models/timing/vector_pipeline.h"

#include <cstdint>
#include <deque>

namespace quell::hw {

using timing::Cycles;

struct CancelJob {
    std::int64_t elements = 0;
    std::uint32_t x = 0, mean = 0, variance = 0;  // addresses; the output overwrites X
};

class CancelSequencer {
public:
    void configure(const timing::LaneUse& use, int read_words, Cycles read_latency);
    void reset();

    void add(const CancelJob& job) { jobs_.push_back(job); }

    // First in a cycle: ends the job whose time is over. Then, with what has been added since, the cycle's
    // work.
    void finish();
    void step(bool stand_still);
    // The words on the data bus in the cycle that ends now.
    void capture(const WordBus& data);

    bool busy() const { return !jobs_.empty(); }
    std::int64_t jobs_done() const { return jobs_done_; }

    // Of the cycle that step() was called for.
    const ReadRequest& read() const { return read_; }
    const LaneFeed& feed() const { return feed_; }
    const LaneWrite& write() const { return write_; }

    Cycles busy_cycles() const { return busy_cycles_; }

private:
    // Cycles of the lanes' rhythm, counted from a first one: which group, and where in its period.
    struct Rhythm {
        Cycles first = 0, phase = 0;
        std::int64_t group = 0;

        void next(Cycles period) {
            if (++phase < period) return;
            phase = 0;
            ++group;
        }
    };
    std::int64_t first_element(const Rhythm& rhythm) const;  // that enters in this cycle, and how many
    std::int64_t elements(const Rhythm& rhythm) const;
    void fetch();
    void feed_lanes();
    void store();
    void begin();

    timing::LaneUse use_;
    std::uint32_t read_words_ = 1;
    Cycles read_latency_ = 1;

    std::deque<CancelJob> jobs_;
    std::int64_t jobs_done_ = 0;
    bool running_ = false;
    Cycles cycle_ = 0, end_ = 0, period_ = 1;  // since the job's begin, standing still left out
    Rhythm fetched_, fed_, stored_;

    // Group registers: operands in the order in which they come.
    // Two groups of three operands at most, and as many as may be under way.
    static constexpr std::size_t kMostOperands = 16;
    Fifo<WordBus, kMostOperands> operands_;
    std::int64_t groups_taken_ = 0;  // groups whose operands have left the registers

    ReadRequest read_;
    LaneFeed feed_;
    LaneWrite write_;
    Cycles busy_cycles_ = 0;
};

}  // namespace quell::hw
