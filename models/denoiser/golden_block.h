// The reference: one denoiser block, bit-true, in plain loops that read like docs/numerics.md. Slow on
// purpose; models/denoiser/fast_block.h gives the same bits at vector speed, hw/ the same bits a cycle at a
// time.
#pragma once

#include "models/denoiser/cancel_order.h"
#include "models/denoiser/noise_lanes.h"

#include <span>
#include <vector>

namespace quell::denoiser {

// What the block computes on the way, for tests and waves; all (channels,H,W).
struct BlockTrace {
    std::vector<Word> reduced;         // after LeakyReLU, (B,H,W)
    std::vector<Word> filtered;        // depthwise, after LeakyReLU, (B,H,W)
    std::vector<Word> mean, variance;  // (C,H,W); variance before clamping, empty in mean-only blocks
    std::vector<Word> output;          // (C,H,W)
};

// x: (C,H,W). Throws Error when x or the weights do not fit the geometry.
BlockTrace golden_block(const Geometry& geometry, const BlockWeights& weights, int leaky_shift,
                        const NoiseSource& source, const CancelOrder& order, std::uint64_t base_seed,
                        std::span<const Word> x);

}  // namespace quell::denoiser
