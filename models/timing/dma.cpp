#include "models/timing/dma.h"

#include "models/timing/denoiser_latency.h"

#include <algorithm>

namespace quell::timing {

Cycles dma_cycles(const DmaJob& job, std::int64_t beat_words) {
    return kDmaSetupCycles + kDataMemoryCycles + job.bursts * ceil_divide(job.burst_words, beat_words);
}

DmaTransfer UncontendedDma::transfer(const DmaJob& job, Cycles release) {
    DmaTransfer transfer;
    transfer.start = std::max(free_, release);
    transfer.end = free_ = transfer.start + dma_cycles(job, beat_words_);
    return transfer;
}

}  // namespace quell::timing
