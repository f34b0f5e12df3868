// One PE of the grid: an analog tile and the digital unit beside it.
#pragma once

#include "tlm/analog_tile.h"
#include "tlm/context_word.h"
#include "tlm/digital_unit.h"

namespace quell::tlm {

class ProcessingElement : public sc_core::sc_module {
public:
    AnalogTile tile;
    DigitalUnit digital;

    ProcessingElement(const sc_core::sc_module_name& name, const timing::PlatformTiming& timing)
        : sc_module(name), tile("tile", timing), digital("digital", timing) {}

    // The word comes in cycle `at`. Returns the cycle in which the PE may take the next of the same kind.
    timing::Cycles execute(const Instruction& instruction, timing::Cycles at) {
        switch (instruction.opcode) {
            case Opcode::mvm:
                return at + tile.multiply(instruction.crossbars_per_pe, instruction.products);
            case Opcode::program:
                return at + tile.program(instruction.crossbars_per_pe);
            case Opcode::accumulate:
            case Opcode::alu:
                return digital.execute(instruction.step, at);
            default:
                return at;
        }
    }
};

}  // namespace quell::tlm
