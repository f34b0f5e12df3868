// Every fixed latency inside the denoiser unit, in cycles. Ours: the paper gives none; each is the register
// stages that the module named beside it has. SRAM latencies and widths are configuration, not constants.
#pragma once

#include "models/timing/cycles.h"

namespace quell::timing {

// DCU: the start bit is seen; the done bit and interrupt are raised.
inline constexpr Cycles kStartCycles = 1, kDoneCycles = 1;

// DCU: change of state, then the step's addresses and counters.
inline constexpr Cycles kStepIssueCycles = 2;

// Convolution core: three rows of multiply-add, two columns of skew, the partial-sum memory, requantisation.
inline constexpr Cycles kArrayCycles = 3 + 2, kPartialSumCycles = 1, kRequantiseCycles = 1;
inline constexpr Cycles kConvolutionOutputCycles = kArrayCycles + kPartialSumCycles + kRequantiseCycles;

// LeakyReLU: one register between read data and write.
inline constexpr Cycles kLeakyReluCycles = 1;

// Noise lane, stochastic: normalise, polynomial (2), twenty square-root stages and the product of
// uniform_to_normal, beside them the sixteen stages of the lane's own root; then scale, align and subtract,
// round.
inline constexpr Cycles kNoiseLaneCycles = 1 + 2 + 20 + 1 + 3;
// Mean only: align and subtract, round.
inline constexpr Cycles kMeanLaneCycles = 2;

// DMA engine: reading a descriptor and forming the first address; memory: first beat after the address.
inline constexpr Cycles kDmaSetupCycles = 4, kDataMemoryCycles = 4;

// Register socket: one access.
inline constexpr Cycles kRegisterAccessCycles = 1;

}  // namespace quell::timing
