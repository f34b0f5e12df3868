// Machine layers -> context words, and the assembly that people read.
#pragma once

#include "sw/compiler/machine_layer.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace quell::compiler {

// The whole network, ended by HALT. SYNC closes every layer (counted from 0), DENOISE follows it where a
// block stands. Throws Error naming the layer and the field when something does not fit into a context word.
std::vector<std::uint64_t> write_context_words(const MachineNetwork& network);

// One instruction a line; what follows a ';' is a comment. With `network` each layer is announced by one.
std::string to_assembly(std::span<const std::uint64_t> words, const MachineNetwork* network = nullptr);

// The reverse: the same words again. Throws Error naming the line.
std::vector<std::uint64_t> from_assembly(const std::string& text);

}  // namespace quell::compiler
