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
    fetched_ = {timing::kStepIssueCycles};
    fed_ = {fetched_.first + use_.operands + read_latency_};
    stored_ = {fed_.first + use_.latency - 1};  // the lanes' words are there one cycle later
}

std::int64_t CancelSequencer::first_element(const Rhythm& rhythm) const {
    return rhythm.group * use_.group + rhythm.phase * use_.lanes;
}

std::int64_t CancelSequencer::elements(const Rhythm& rhythm) const {
    if (rhythm.phase * use_.lanes >= use_.group) return 0;
    return std::clamp<std::int64_t>(jobs_.front().elements - first_element(rhythm), 0, use_.lanes);
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
    if (cycle_ >= fetched_.first) fetch();
    if (cycle_ >= fed_.first) feed_lanes();
    if (cycle_ >= stored_.first) store();
    ++cycle_;
    ++busy_cycles_;
}

void CancelSequencer::fetch() {
    const CancelJob& job = jobs_.front();
    const Cycles operand = fetched_.phase;
    const std::int64_t first = fetched_.group * use_.group;
    if (operand < use_.operands && first < job.elements) {
        const std::uint32_t base = operand == 0 ? job.x : operand == 1 ? job.mean : job.variance;
        read_.count = static_cast<std::uint32_t>(std::min<std::int64_t>(use_.group, job.elements - first));
        read_.address = base + static_cast<std::uint32_t>(first);
        read_.most = read_words_;
    }
    fetched_.next(period_);
}

void CancelSequencer::feed_lanes() {
    if (const std::int64_t count = elements(fed_); count > 0) {
        const auto operands = static_cast<std::size_t>(use_.operands);
        for (; groups_taken_ < fed_.group; ++groups_taken_) operands_.pop(operands);
        const std::int64_t in_group = fed_.phase * use_.lanes;
        const auto take = [&](LaneFeed::Words& to, std::size_t operand) {
            std::copy_n(operands_[operand].words.begin() + in_group, count, to.begin());
        };
        feed_.count = static_cast<std::uint16_t>(count);
        take(feed_.x, 0);
        take(feed_.mean, 1);
        if (operands == 3) take(feed_.variance, 2);
    }
    fed_.next(period_);
}

void CancelSequencer::store() {
    if (const std::int64_t count = elements(stored_); count > 0) {
        write_ = {static_cast<std::uint32_t>(count),
                  jobs_.front().x + static_cast<std::uint32_t>(first_element(stored_))};
    }
    stored_.next(period_);
}

void CancelSequencer::capture(const WordBus& data) {
    if (data.count > 0) operands_.push(data);
}

}  // namespace quell::hw
