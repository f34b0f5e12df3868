// What a descriptor list costs besides its blocks: each descriptor is read before its block and gets its
// result after it, by the DMA engine, one burst each (docs/denoiser-registers.md).
#pragma once

#include "models/timing/denoiser_latency.h"
#include "models/timing/dma.h"

namespace quell::timing {

// In 16-bit words: 32 words of 32 bits, of which four are the result.
inline constexpr std::int64_t kDescriptorWords = 64, kDescriptorResultWords = 8;

// From the fields in the engine's registers to the DCU's start.
inline constexpr Cycles kDescriptorDecodeCycles = 1;

// On a bus that nobody else uses. beat_words: width of the bus.
inline Cycles descriptor_burst_cycles(std::int64_t words, std::int64_t beat_words) {
    DmaJob burst;
    burst.bursts = 1;
    burst.burst_words = words;
    return dma_cycles(burst, beat_words);
}
inline Cycles descriptor_read_cycles(std::int64_t beat_words) {
    return descriptor_burst_cycles(kDescriptorWords, beat_words) + kDescriptorDecodeCycles;
}
inline Cycles descriptor_result_cycles(std::int64_t beat_words) {
    return descriptor_burst_cycles(kDescriptorResultWords, beat_words);
}

}  // namespace quell::timing
