// The denoiser's DMA engine: one transfer at a time, in order (docs/timing.md, section 5).
#pragma once

#include "models/timing/cycles.h"

#include <cstdint>

namespace quell::timing {

enum class DmaKind : std::uint8_t { weights, input, output };

// Bursts of consecutive words between memory and an SRAM.
struct DmaJob {
    DmaKind kind = DmaKind::input;
    std::int64_t strip = 0;                    // input, output
    std::int64_t weight_tile = 0;              // weights: running number in program order
    std::int64_t first_word = 0;               // of the map (C,H,W) or of the weight image
    std::int64_t bursts = 0, burst_words = 0;  // bursts of equal length, `stride_words` apart
    std::int64_t stride_words = 0;
};

struct DmaTransfer {
    Cycles start = 0, end = 0;
    Cycles stalled = 0;  // of end - start, waited for the bus
};

// Cycles of a job on a bus that nobody else uses: a burst takes one beat for `beat_words` words or less.
Cycles dma_cycles(const DmaJob& job, std::int64_t beat_words);

// Moves the data, or only counts. Calls come in queue order; `release` is the first cycle in which the job
// may start; it also waits for the job before it.
class DmaPort {
public:
    virtual ~DmaPort() = default;
    virtual DmaTransfer transfer(const DmaJob& job, Cycles release) = 0;
};

// A bus that nobody else uses.
class UncontendedDma final : public DmaPort {
public:
    explicit UncontendedDma(std::int64_t beat_words) : beat_words_(beat_words) {}
    DmaTransfer transfer(const DmaJob& job, Cycles release) override;

private:
    std::int64_t beat_words_;
    Cycles free_ = 0;
};

}  // namespace quell::timing
