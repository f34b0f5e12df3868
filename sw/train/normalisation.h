// What batch norms do while a network runs in LibTorch.
#pragma once

namespace quell::train {

// frozen: they apply their stored statistics. training: they normalise by the batch's, and the stored ones
// follow.
enum class Normalisation { frozen, training };

}  // namespace quell::train
