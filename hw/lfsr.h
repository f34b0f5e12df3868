// A Galois linear feedback shift register of 16 to 64 bits that leaps: one cycle advances it by a whole
// sample, through the exclusive-or network of the linear map (docs/numerics.md, section 4).
//
// It has no process of its own: the lane around it drives load and advance, at most one of them per rising
// edge, and reads the register before it calls either.
#pragma once

#include "models/numeric/lfsr.h"

#include <systemc>

#include <cstdint>

namespace quell::hw {

class Lfsr : public sc_core::sc_module {
public:
    // The leap fixes the width. It is shared by all registers of that width and outlives them.
    Lfsr(const sc_core::sc_module_name& name, const numeric::LfsrLeap& leap);
    Lfsr(const sc_core::sc_module_name& name, numeric::LfsrLeap&& leap) = delete;

    // An edge with load: takes the seed, 1 to 2^width - 1; throws Error for another.
    void load(std::uint64_t seed);

    // An edge with enable: one leap. Without it the register stands still. Throws Error before a seed came.
    void advance() {
        if (state_ == 0) refuse_to_advance();
        state_ = leap_(state_);
    }

    // The register itself: the sample before it advances. 0 until a seed came.
    std::uint64_t state() const { return state_; }

    void trace(sc_core::sc_trace_file* file) const override;

private:
    [[noreturn]] void refuse_to_advance() const;

    const numeric::LfsrLeap& leap_;
    std::uint64_t state_ = 0;
};

}  // namespace quell::hw
