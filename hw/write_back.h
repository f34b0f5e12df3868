// The wires between the units' output registers and the activation SRAM's write ports: they gather the words
// of cores or lanes into one request. No registers.
#pragma once

#include "hw/cancel_sequencer.h"
#include "hw/convolution_sequencer.h"

#include <systemc>

namespace quell::hw {

class CoreWriteBack : public sc_core::sc_module {
public:
    sc_core::sc_in<WriteBackControl> control{"control"};
    sc_core::sc_in<CoreOutputs> words{"words"};
    sc_core::sc_out<WriteRequest> write{"write"};

    explicit CoreWriteBack(const sc_core::sc_module_name& name);

private:
    void gather();
};

class LaneWriteBack : public sc_core::sc_module {
public:
    sc_core::sc_in<LaneWriteControl> control{"control"};
    sc_core::sc_vector<sc_core::sc_in<std::int16_t>> words{"words"};
    sc_core::sc_out<WriteRequest> write{"write"};

    LaneWriteBack(const sc_core::sc_module_name& name, int lanes);

private:
    void gather();
};

}  // namespace quell::hw
