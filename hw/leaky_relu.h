// The LeakyReLU unit of the denoiser: one word per cycle, one cycle of latency.
//
//     y = x                                       x >= 0
//     y = (x + 2^(k-1)) >> k                      x < 0: slope 2^-k, rounded half up, arithmetic shift; k =
//     0: y = x
#pragma once

#include <systemc>

#include <cstdint>

namespace quell::hw {

class LeakyRelu : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> enable{"enable"};  // the DCU's: while low the unit stands still and valid_out is low
    sc_core::sc_in<bool> valid_in{"valid_in"};
    sc_core::sc_in<std::int16_t> word_in{"word_in"};
    sc_core::sc_out<bool> valid_out{"valid_out"};
    sc_core::sc_out<std::int16_t> word_out{"word_out"};  // keeps its word while nothing valid comes

    LeakyRelu(const sc_core::sc_module_name& name, int shift);

private:
    void step();

    const int shift_;  // k, 0 to 15
};

}  // namespace quell::hw
