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
    enum class Kind { strip, loop, denoise, program, sync, counter, stage, wait, ring, halt };
    Kind kind = Kind::halt;
    std::vector<timing::Transfer> loads, stores;  // strip
    std::vector<DecodedWord> multiply, digital;   // strip: at most one MVM; ACCUMULATE and ALU in order
    DecodedWord word;                             // all others
    std::size_t body_steps = 0;  // loop, counter, stage: so many of the next steps are its body
};

// Throws Error naming the word and what is wrong: what `decode` finds; a loop whose body is empty, reaches
// behind the program's end, is cut by an instruction's second word, or holds anything but strips; the like of
// a COUNTER's stretch, which holds STAGEs only, and of a STAGE (RING and WAIT, then strips, then SYNC; or
// DENOISE in their place), which lies in a stretch only; stages numbered twice, and waits for stages that
// there are not; a word of the strip out of order (LOAD*, MVM?, ACCUMULATE and ALU, STORE*) or outside any
// strip; PEs that the grid does not have; transfers and rings outside the memories, in the last repetition as
// well; no HALT at the end.
std::vector<ProgramStep> decode_program(std::span<const std::uint64_t> words,
                                        const config::PlatformConfig& platform);

}  // namespace quell::tlm
