// The way of context words to the grid. All program counters send over it.
#pragma once

#include "models/timing/platform_timing.h"
#include "tlm/context_program.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>
#include <tlm>

namespace quell::tlm {

class GridPort : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<GridPort, 64> socket{"socket"};

    GridPort(const sc_core::sc_module_name& name, const timing::PlatformTiming& timing,
             const sc_core::sc_time& cycle);

    // Sends the word for the time `now + ahead`. Returns when its slowest PE is done, counted from now, and
    // what of it was waiting for digital units that work for somebody else. A refusal is an SC_ERROR.
    struct Answer {
        sc_core::sc_time done, waited;
    };
    Answer send(const DecodedWord& word, const sc_core::sc_time& ahead = sc_core::SC_ZERO_TIME);

private:
    const timing::PlatformTiming& timing_;
    sc_core::sc_time cycle_;
};

}  // namespace quell::tlm
