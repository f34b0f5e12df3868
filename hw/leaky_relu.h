// The LeakyReLU unit of the denoiser: a bus of words per cycle, one cycle of latency, from the activation
// SRAM's read port to its write port.
//
//     y = x                                       x >= 0
//     y = (x + 2^(k-1)) >> k                      x < 0: slope 2^-k, rounded half up, arithmetic shift; k =
//     0: y = x
#pragma once

#include "hw/idle.h"
#include "hw/sram.h"

#include <systemc>

namespace quell::hw {

class LeakyRelu : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    sc_core::sc_in<bool> enable{"enable"};  // the DCU's: while low the unit stands still and writes nothing
    sc_core::sc_in<WordBus> words_in{"words_in"};      // activation SRAM
    sc_core::sc_in<std::uint32_t> address{"address"};  // DCU: where the words on the bus go
    sc_core::sc_out<WriteRequest> write{"write"};

    LeakyRelu(const sc_core::sc_module_name& name, int shift);

    void trace(sc_core::sc_trace_file* file) const override;

private:
    void end_of_elaboration() override;
    void step();

    const int shift_;  // k, 0 to 15
    Idle idle_;
    bool writing_ = false;
};

}  // namespace quell::hw
