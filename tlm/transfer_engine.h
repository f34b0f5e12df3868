// An initiator that moves streams of words over the interconnect, one transfer at a time (base protocol, four
// phases). The sequencer has one for loads, one for stores and one for weights.
//
// Transfers carry TLM_IGNORE_COMMAND: the platform times them, the values are computed by the network's
// executor, so no bytes move.
#pragma once

#include "models/timing/layer_work.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>
#include <tlm>

namespace quell::tlm {

class TransferEngine : public sc_core::sc_module, private ::tlm::tlm_mm_interface {
public:
    tlm_utils::simple_initiator_socket<TransferEngine, 128> socket{"socket"};

    explicit TransferEngine(const sc_core::sc_module_name& name);

    // Returns when the last beat has come; gives the time waited for the grant. To be called from a thread. A
    // refused transfer is reported as an SC_ERROR.
    sc_core::sc_time move(const timing::Transfer& transfer);

private:
    ::tlm::tlm_sync_enum backward(::tlm::tlm_generic_payload& transaction, ::tlm::tlm_phase& phase,
                                  sc_core::sc_time& delay);
    void free(::tlm::tlm_generic_payload* transaction) override { transaction->reset(); }

    ::tlm::tlm_generic_payload payload_;
    unsigned char no_data_ = 0;
    sc_core::sc_time granted_;
    sc_core::sc_event responded_{"responded"};
};

}  // namespace quell::tlm
