// Two uniform numbers to normal ones by Box-Muller, fully pipelined: a pair in and Z1 (and Z2) out every
// cycle. docs/numerics.md, section 5. Registers, 24 in all:
//
//     stage  1      normalise: leading zeros of u1 and the 24 bits below its highest one; phase of u2
//     stages 2, 3   quadratic polynomials: -ln U1 as the radicand of the root; cosine (and sine)
//     stages 4..23  square root, one bit a stage; the cosine waits beside it
//     stage  24     product, rounded to 12 fraction bits: the outputs
#pragma once

#include "hw/idle.h"
#include "hw/root_stages.h"
#include "models/numeric/box_muller.h"

#include <systemc>

#include <array>
#include <cstdint>

namespace quell::hw {

class UniformToNormal : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> clear{"clear"};    // drops every pair in flight; goes before enable
    sc_core::sc_in<bool> enable{"enable"};  // while low all registers keep their values, the outputs' too
    sc_core::sc_in<bool> valid_in{"valid_in"};
    sc_core::sc_in<std::uint64_t> u1{"u1"}, u2{"u2"};  // 1 to 2^width - 1: registers that never are zero
    sc_core::sc_out<bool> valid_out{"valid_out"};
    // Both keep their words until the next pair's come.
    sc_core::sc_out<std::int16_t> normal_1{"normal_1"};  // Z1, 12 fraction bits
    sc_core::sc_out<std::int16_t> normal_2{"normal_2"};  // Z2 of the same pair; 0 where it is not wanted

    // The tables fix the width; they are shared and outlive the module. normals_per_pair: 1 or 2; with 1
    // there is no sine. In the simulation, throws Error when u1 is zero.
    UniformToNormal(const sc_core::sc_module_name& name, const numeric::BoxMuller& tables,
                    int normals_per_pair);
    UniformToNormal(const sc_core::sc_module_name& name, numeric::BoxMuller&& tables, int) = delete;

    void trace(sc_core::sc_trace_file* file) const override;

private:
    static constexpr int kRootStages = 20, kLastStage = 24;

    // Stage 1.
    struct Normalised {
        std::int32_t exponent = 0;  // leading zeros and one
        std::int32_t fraction = 0;  // 24 bits
        std::int32_t phase = 0;     // 2 bits of quadrant, 22 within
    };
    // Stage 2: a polynomial but for its last product.
    struct Polynomial {
        std::int64_t line = 0, curve = 0, square = 0;
        std::int64_t value() const { return line - ((curve * square) >> 12); }
    };
    struct Factor {  // cosine or sine
        Polynomial polynomial;
        bool negative = false;
    };
    // Stage 3 and, beside the root, 4 to 23.
    using FactorDelay = std::array<std::int32_t, kRootStages + 1>;

    void end_of_elaboration() override;
    void step();
    void advance();
    void normalise();
    Polynomial logarithm() const;
    Factor factor(std::int32_t phase) const;
    bool valid_at(int stage) const { return (valid_ >> (stage - 1) & 1) != 0; }

    const numeric::BoxMuller& tables_;
    const bool second_;
    Idle idle_;
    std::uint32_t valid_ = 0;  // bit s - 1: stage s, up to the outputs'
    Normalised normalised_;
    std::int32_t exponent_ = 0;  // stage 2
    Polynomial logarithm_;
    Factor cosine_, sine_;
    std::uint64_t radicand_ = 0;  // stage 3, 40 bits
    RootStages root_{kRootStages};
    FactorDelay cosines_{}, sines_{};  // 16 fraction bits
};

}  // namespace quell::hw
