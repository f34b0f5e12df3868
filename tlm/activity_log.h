// Keeps what happens on the platform within a window of cycles, up to a number of intervals.
#pragma once

#include "tlm/recorder.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace quell::tlm {

struct ActivityWindow {
    timing::Cycles from = 0;                                         // first cycle
    timing::Cycles to = std::numeric_limits<timing::Cycles>::max();  // last one
    bool holds(const Interval& time) const { return time.begin <= to && time.end > from; }
};

class ActivityLog final : public Recorder {
public:
    ActivityLog(const ActivityWindow& window, std::size_t limit) : window_(window), limit_(limit) {}

    void record(const PeWork& work) override;
    // DMA transfers that follow each other without a gap are kept as one.
    void record(const PortTransfer& transfer) override;
    void record(const DenoiserPhase& phase) override;

    const ActivityWindow& window() const { return window_; }
    const std::vector<PeWork>& work() const { return work_; }
    const std::vector<PortTransfer>& transfers() const { return transfers_; }
    const std::vector<DenoiserPhase>& phases() const { return phases_; }
    // The cycle in which there was one too many; from then on nothing is kept.
    std::optional<timing::Cycles> full_at() const { return full_at_; }

private:
    bool wanted(const Interval& time);

    const ActivityWindow window_;
    const std::size_t limit_;
    std::size_t count_ = 0;
    std::optional<timing::Cycles> full_at_;
    std::vector<PeWork> work_;
    std::vector<PortTransfer> transfers_;
    std::vector<DenoiserPhase> phases_;
    std::optional<std::size_t> last_dma_;  // of transfers_
};

}  // namespace quell::tlm
