// Two uniform numbers to normal ones by Box-Muller, fully pipelined: a pair in and Z1 (and Z2) out every
// cycle. docs/numerics.md, section 5. Registers, 24 in all:
//
//     stage  1      normalise: leading zeros of u1 and the 24 bits below its highest one; phase of u2
//     stages 2, 3   quadratic polynomials: -ln U1 as the radicand of the root; cosine (and sine)
//     stages 4..23  square root, one bit a stage; the cosine waits beside it
//     stage  24     product, rounded to 12 fraction bits: the outputs
//
// It has no process of its own: the lane around it drives it, one call per rising edge with clear or enable.
// Without either all registers keep their values, the outputs' too.
#pragma once

#include "hw/delay_line.h"
#include "hw/root_stages.h"
#include "models/numeric/box_muller.h"

#include <systemc>

#include <cstdint>

namespace quell::hw {

class UniformToNormal : public sc_core::sc_module {
public:
    // The tables fix the width; they are shared and outlive the module. normals_per_pair: 1 or 2; with 1
    // there is no sine.
    UniformToNormal(const sc_core::sc_module_name& name, const numeric::BoxMuller& tables,
                    int normals_per_pair);
    UniformToNormal(const sc_core::sc_module_name& name, numeric::BoxMuller&& tables, int) = delete;

    // An edge with clear: drops every pair in flight.
    void clear() { valid_ = 0; }

    // An edge with enable. With `valid` a pair enters; both words are 1 to 2^width - 1, as registers that
    // never are zero have them. Throws Error when u1 is zero.
    void step(bool valid, std::uint64_t u1, std::uint64_t u2) {
        if (valid_ != 0 || valid) advance(valid, u1, u2);
    }

    // The output registers. The normals keep their words until the next pair's come.
    bool valid() const { return valid_at(kLastStage); }
    std::int16_t normal_1() const { return normal_1_; }  // Z1, 12 fraction bits
    std::int16_t normal_2() const { return normal_2_; }  // Z2 of the same pair; 0 where it is not wanted

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
    using FactorDelay = DelayLine<std::int32_t, kRootStages + 1>;

    void advance(bool accepted, std::uint64_t u1, std::uint64_t u2);
    void normalise(std::uint64_t u1, std::uint64_t u2);
    Polynomial logarithm() const;
    Factor factor(std::int32_t phase) const;
    bool valid_at(int stage) const { return (valid_ >> (stage - 1) & 1) != 0; }

    const numeric::BoxMuller& tables_;
    const bool second_;
    std::uint32_t valid_ = 0;  // bit s - 1: stage s, up to the outputs'
    Normalised normalised_;
    std::int32_t exponent_ = 0;  // stage 2
    Polynomial logarithm_;
    Factor cosine_, sine_;
    std::uint64_t radicand_ = 0;  // stage 3, 40 bits
    RootStages root_{kRootStages};
    std::int32_t cosine_value_ = 0, sine_value_ = 0;  // of the pair that was last in stage 3
    FactorDelay cosines_, sines_;                     // 16 fraction bits
    std::int16_t normal_1_ = 0, normal_2_ = 0;        // stage 24
};

}  // namespace quell::hw
