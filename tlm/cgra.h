// The grid of mixed-signal PEs. Context words arrive at one TLM-2.0 target socket and go to the range of PEs
// they name; the time of the slowest is annotated. The annotated delay that a word comes with is taken as the
// time when it arrives.
#pragma once

#include "models/config/platform_config.h"
#include "tlm/processing_element.h"

#include <tlm_utils/simple_target_socket.h>
#include <tlm>

namespace quell::tlm {

class Cgra : public sc_core::sc_module {
public:
    // WRITE of the words of one instruction (8 or 16 bytes): MVM, ACCUMULATE, ALU or PROGRAM. Anything else,
    // and a PE that is not there, is answered with an error.
    tlm_utils::simple_target_socket<Cgra, 64> context{"context"};
    sc_core::sc_vector<ProcessingElement> pes;  // row by row

    Cgra(const sc_core::sc_module_name& name, const config::PlatformConfig& config,
         const timing::PlatformTiming& timing, sc_core::sc_time cycle);

private:
    void take(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);

    sc_core::sc_time cycle_;
};

}  // namespace quell::tlm
