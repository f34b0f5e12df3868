// The context words of one layer and of one denoiser block.
#pragma once

#include "sw/compiler/machine_layer.h"

#include <cstdint>
#include <vector>

namespace quell::compiler {

// All passes, closed by SYNC with the layer's index. Throws Error naming the field that does not fit.
void append_layer(const MachineLayer& layer, std::int64_t index, std::vector<std::uint64_t>& words);

// DENOISE on the layer's output.
void append_block(const MachineLayer& layer, std::vector<std::uint64_t>& words);

}  // namespace quell::compiler
