// Context words: what the sequencer executes. 64 bits each, documented field by field in
// docs/context-words.md.
//
// A program is a list of words. Strips (LOAD*, MVM?, ACCUMULATE*/ALU*, STORE*) are repeated by LOOP,
// transfers then go on where those of the repetition before ended. PROGRAM and RING take two words, DENOISE
// three. COUNTER gives the words behind it to a program counter of their own, which takes many images through
// the STAGEs it finds there.
#pragma once

#include "models/timing/layer_work.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace quell::tlm {

enum class Opcode : std::uint8_t {
    halt,
    load,
    mvm,
    accumulate,
    alu,
    store,
    denoise,
    program,
    sync,
    loop,
    counter,
    stage,
    wait,
    ring
};

// One instruction, decoded. Only the fields of its opcode are looked at; the others stay at their defaults.
struct Instruction {
    Opcode opcode = Opcode::halt;
    bool begins_strip = false;  // LOAD, MVM, ACCUMULATE, ALU, STORE
    timing::Transfer transfer;  // LOAD, STORE, PROGRAM (weights); DENOISE: address of the feature map;
                                // RING: its first buffer
    timing::PeRange pes;        // MVM, ACCUMULATE, ALU, PROGRAM
    std::int64_t crossbars_per_pe = 0;                 // MVM, PROGRAM: of the busiest PE
    std::int64_t products = 0;                         // MVM
    timing::DigitalStep step;                          // ACCUMULATE, ALU
    std::int64_t channels = 0, height = 0, width = 0;  // DENOISE
    std::int64_t weight_address = 0;                   // DENOISE: of the block's weight image, in words
    std::int64_t site = 0;                             // DENOISE: the convolution the block follows
    std::int64_t layer = 0;                            // SYNC: the layer that ends here, counted from 0
    std::int64_t body = 0, count = 0;  // LOOP: the next `body` words run `count` times; COUNTER: they are its
                                       // stretch, for `count` images; STAGE: they are its work on one image
    std::int64_t stage = 0;            // STAGE: its number; WAIT: the number of the stage waited for
    std::int64_t delay = 0;            // STAGE: in iteration i it works on image i - delay
    std::int64_t behind = 0;           // WAIT: for the image that is so many before the own
    std::int64_t buffers = 0;          // RING: image n's map lies in buffer n % buffers

    bool operator==(const Instruction&) const = default;
};

// Words of an instruction: 3 for DENOISE, 2 for PROGRAM and RING, 1 for all others.
std::int64_t word_count(Opcode opcode);

// Appends the instruction's words. Throws Error naming the field that does not fit into its bits.
void encode(const Instruction& instruction, std::vector<std::uint64_t>& words);

// Decodes the instruction at words[at]. Throws Error naming the word and what is wrong: an opcode that is
// none, a missing words, bits set that no field of the opcode has.
Instruction decode(std::span<const std::uint64_t> words, std::size_t at);

// "LOAD address=0x40 words=1344"; a line that begins a strip is marked by a leading "strip ".
std::string disassemble(const Instruction& instruction);
// The reverse. Throws Error saying what in the line is wrong.
Instruction assemble(const std::string& line);

}  // namespace quell::tlm
