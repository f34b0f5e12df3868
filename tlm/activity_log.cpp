#include "tlm/activity_log.h"

namespace quell::tlm {

bool ActivityLog::wanted(const Interval& time) {
    if (full_at_ || time.end <= time.begin || !window_.holds(time)) return false;
    if (count_ == limit_) {
        full_at_ = time.begin;
        return false;
    }
    ++count_;
    return true;
}

void ActivityLog::record(const PeWork& work) {
    if (wanted(work.time)) work_.push_back(work);
}

void ActivityLog::record(const PortTransfer& transfer) {
    const bool dma = transfer.source.kind == TransferSource::Kind::dma;
    if (dma && last_dma_) {
        PortTransfer& last = transfers_[*last_dma_];
        if (last.in_memory == transfer.in_memory && last.port == transfer.port &&
            last.write == transfer.write && last.time.end == transfer.requested &&
            transfer.requested == transfer.time.begin && transfer.time.begin <= window_.to) {
            last.time.end = transfer.time.end;
            last.bytes += transfer.bytes;
            ++last.transfers;
            return;
        }
    }
    if (!wanted({transfer.requested, transfer.time.end})) return;
    if (dma) last_dma_ = transfers_.size();
    transfers_.push_back(transfer);
}

void ActivityLog::record(const DenoiserPhase& phase) {
    if (wanted(phase.time)) phases_.push_back(phase);
}

}  // namespace quell::tlm
