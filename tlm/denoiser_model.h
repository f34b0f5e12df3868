// How much of the denoiser unit is simulated behind its sockets.
#pragma once

namespace quell::tlm {

// Whether a start computes its output, or only takes its time and moves what memory holds (studies of time
// alone).
enum class DenoiserValues { computed, none };

// What works behind the registers: the timing model and the fast block, or every register of hw/denoiser.h.
// Same bits, same cycles.
enum class DenoiserModel { transaction, pin_level };

}  // namespace quell::tlm
