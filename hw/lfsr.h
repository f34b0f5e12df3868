// A Galois linear feedback shift register of 16 to 64 bits that leaps: one cycle advances it by a whole
// sample, through the exclusive-or network of the linear map (docs/numerics.md, section 4).
#pragma once

#include "hw/idle.h"
#include "models/numeric/lfsr.h"

#include <systemc>

#include <cstdint>

namespace quell::hw {

class Lfsr : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> load{"load"};           // takes the seed; goes before enable
    sc_core::sc_in<std::uint64_t> seed{"seed"};  // 1 to 2^width - 1
    sc_core::sc_in<bool> enable{"enable"};       // advances by one leap; while low the register stands still
    sc_core::sc_out<std::uint64_t> state{"state"};  // the register itself: the sample before it advances

    // The leap fixes the width. It is shared by all registers of that width and outlives them.
    // In the simulation, throws Error when a seed is not of the register, or it is advanced before one came.
    Lfsr(const sc_core::sc_module_name& name, const numeric::LfsrLeap& leap);
    Lfsr(const sc_core::sc_module_name& name, numeric::LfsrLeap&& leap) = delete;

    void trace(sc_core::sc_trace_file* file) const override;

private:
    void end_of_elaboration() override;
    void step();

    const numeric::LfsrLeap& leap_;
    Idle idle_;
    std::uint64_t state_ = 0;
};

}  // namespace quell::hw
