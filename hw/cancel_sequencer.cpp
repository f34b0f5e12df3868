#include "hw/cancel_sequencer.h"

#include "models/timing/denoiser_latency.h"

#include <algorithm>

namespace quell::hw {

void CancelSequencer::configure(const timing::LaneUse& use, int read_words, Cycles read_latency) {
    reset();
    use_ = use;
    read_words_ = static_cast<std::uint32_t>(read_words);
    read_latency_ = read_latency;
    period_ = std::max<Cycles>(use.operands, use.group / use.lanes);
}

void CancelSequencer::reset() {
    jobs_.clear();
    jobs_done_ = 0;
    running_ = false;
    operands_.clear();
    read_ = {};
    feed_.count = 0;
    write_ = {};
    busy_cycles_ = 0;
}

void CancelSequencer::begin() {
    running_ = true;
    cycle_ = 0;
    groups_taken_ = 0;
    operands_.clear();
    end_ = timing::cancel_time(jobs_.front().elements, use_, read_latency_).total();
}

// The elements that enter the lanes in this cycle, counted from the cycle of the first.
CancelSequencer::Issue CancelSequencer::issue_at(Cycles cycle) const {
    Issue issue;
    if (cycle < 0) return issue;
    const std::int64_t elements = jobs_.front().elements;
    issue.group = cycle / period_;
    const std::int64_t in_group = cycle % period_ * use_.lanes;
    if (in_group >= use_.group) return issue;
    issue.first = issue.group * use_.group + in_group;
    issue.count = std::clamp<std::int64_t>(elements - issue.first, 0, use_.lanes);
    return issue;
}

void CancelSequencer::finish() {
    if (!running_ || cycle_ < end_) return;
    jobs_.pop_front();
    ++jobs_done_;
    running_ = false;
}

void CancelSequencer::step(bool stand_still) {
    read_ = {};
    feed_.count = 0;
    write_ = {};
    if (!running_ && !jobs_.empty()) begin();
    if (!running_ || stand_still) return;
    const CancelJob& job = jobs_.front();

    const Cycles fetch = cycle_ - timing::kStepIssueCycles;
    if (fetch >= 0 && fetch % period_ < use_.operands) {
        const std::int64_t first = fetch / period_ * use_.group;
        if (first < job.elements) {
            const Cycles operand = fetch % period_;
            const std::uint32_t base = operand == 0 ? job.x : operand == 1 ? job.mean : job.variance;
            read_.count =
                static_cast<std::uint32_t>(std::min<std::int64_t>(use_.group, job.elements - first));
            read_.address = base + static_cast<std::uint32_t>(first);
            read_.most = read_words_;
        }
    }
    const Cycles first_issue = timing::kStepIssueCycles + use_.operands + read_latency_;
    const auto operands = static_cast<std::size_t>(use_.operands);
    if (const Issue issue = issue_at(cycle_ - first_issue); issue.count > 0) {
        for (; groups_taken_ < issue.group; ++groups_taken_) operands_.pop(operands);
        const std::int64_t in_group = issue.first - issue.group * use_.group;
        const auto take = [&](std::array<numeric::Word, kMostLanes>& to, std::size_t operand) {
            std::copy_n(operands_[operand].words.begin() + in_group, issue.count, to.begin());
        };
        feed_.count = static_cast<std::uint16_t>(issue.count);
        take(feed_.x, 0);
        take(feed_.mean, 1);
        if (operands == 3) take(feed_.variance, 2);
    }
    // The lanes' words are there one cycle later.
    if (const Issue issue = issue_at(cycle_ + 1 - first_issue - use_.latency); issue.count > 0) {
        write_ = {static_cast<std::uint32_t>(issue.count), job.x + static_cast<std::uint32_t>(issue.first)};
    }
    ++cycle_;
    ++busy_cycles_;
}

void CancelSequencer::capture(const WordBus& data) {
    if (data.count > 0) operands_.push(data);
}

}  // namespace quell::hw
