// A program of context words, decoded and checked as a whole before the first word runs.
#pragma once

#include "models/config/platform_config.h"
#include "tlm/context_word.h"

#include <cstdint>
#include <span>
#include <vector>

namespace quell::tlm {

struct DecodedWord {
    Instruction instruction;
    std::vector<std::uint64_t> words;  // as they are sent to the grid
};

// Some strips of the same kind, or one other instruction.
struct ProgramStep {
    enum class Kind { strip, loop_begin, denoise, program, sync, halt };
    Kind kind = Kind::halt;
    std::vector<timing::Transfer> loads, stores;  // strip
    std::vector<DecodedWord> multiply, digital;   // strip: at most one MVM; ACCUMULATE and ALU in order
    DecodedWord word;                             // all others
    std::size_t loop_steps = 0;                   // loop_begin: the steps that follow are repeated
    bool any_digital() const { return !digital.empty(); }
};

// Throws Error naming the word and what is wrong: what `decode` finds; a loop whose body is empty, reaches
// behind the program's end, is cut by an instruction's second word, or holds anything but strips; a word of
// the strip out of order (LOAD*, MVM?, ACCUMULATE and ALU, STORE*) or outside any strip; PEs that the grid
// does not have; transfers outside the memories, in the last repetition as well; no HALT at the end.
std::vector<ProgramStep> decode_program(std::span<const std::uint64_t> words,
                                        const config::PlatformConfig& platform);

}  // namespace quell::tlm
