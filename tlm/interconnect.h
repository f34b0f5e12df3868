// The interconnect: a crossbar switch between initiators and memories. A transfer takes a port of its memory
// and a link, both for the time of the slower; when all ports are taken it waits. Ports are granted in turn
// (round robin over the initiators that wait).
//
// Base protocol. Initiators may use nb_transport (END_REQ comes with the grant, BEGIN_RESP with the last
// beat) or b_transport. Byte addresses: the scratchpad lies at 0, the data memory at 2 * timing::memory_base.
#pragma once

#include "models/config/platform_config.h"
#include "models/timing/platform_timing.h"
#include "tlm/recorder.h"

#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>
#include <tlm>

#include <array>
#include <deque>
#include <set>
#include <vector>

namespace quell::tlm {

class Interconnect : public sc_core::sc_module {
public:
    template <typename Module>
    using Inputs = tlm_utils::multi_passthrough_target_socket<Module, 128, ::tlm::tlm_base_protocol_types, 0,
                                                              sc_core::SC_ZERO_OR_MORE_BOUND>;

    Inputs<Interconnect> initiators{"initiators"};
    // Initiators that issue addresses ahead, so that a memory's latency is no time of the port (the
    // denoiser's DMA, which counts the latency of its first access itself).
    Inputs<Interconnect> streaming_initiators{"streaming_initiators"};
    tlm_utils::simple_initiator_socket<Interconnect, 128> to_scratchpad{"to_scratchpad"};
    tlm_utils::simple_initiator_socket<Interconnect, 128> to_memory{"to_memory"};

    Interconnect(const sc_core::sc_module_name& name, const config::PlatformConfig& config,
                 const timing::PlatformTiming& timing, sc_core::sc_time cycle);

    // Every transfer is told to the recorder. `sources`: who is bound to `initiators`, in that order; what is
    // bound to `streaming_initiators` is the denoiser's DMA.
    void attach(Recorder& recorder, std::vector<TransferSource> sources);

private:
    struct Request {
        int initiator = 0;
        bool streaming = false;
        ::tlm::tlm_generic_payload* transaction = nullptr;
        sc_core::sc_time arrival;
        sc_core::sc_event* done = nullptr;  // of a blocking call; nb_transport otherwise
    };
    struct Transfer {
        Request request;
        sc_core::sc_time end;
        int port = 0;
    };
    // The memory behind one initiator socket.
    struct Target {
        tlm_utils::simple_initiator_socket<Interconnect, 128>* socket = nullptr;
        config::MemoryConfig config;
        std::uint64_t base = 0;  // byte address
        std::deque<Request> waiting;
        std::vector<Transfer> running;
        int last_granted = -1;
    };

    ::tlm::tlm_sync_enum begin(int initiator, ::tlm::tlm_generic_payload& transaction,
                               ::tlm::tlm_phase& phase, sc_core::sc_time& delay);
    ::tlm::tlm_sync_enum begin_streaming(int initiator, ::tlm::tlm_generic_payload& transaction,
                                         ::tlm::tlm_phase& phase, sc_core::sc_time& delay);
    ::tlm::tlm_sync_enum accept(const Request& request, ::tlm::tlm_phase& phase,
                                const sc_core::sc_time& delay);
    void blocking(int initiator, ::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);
    void blocking_streaming(int initiator, ::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);
    void wait_for(Request request, sc_core::sc_time& delay);
    unsigned debug(int initiator, ::tlm::tlm_generic_payload& transaction);

    Target& target_of(std::uint64_t address);
    void arbitrate();
    bool grant_next(Target& target);
    void start(Target& target, const Request& request);
    int free_port(const Target& target) const;
    void record(const Target& target, const Transfer& transfer) const;
    void respond(const Request& request);
    void send_back(const Request& request, ::tlm::tlm_phase phase);

    const timing::PlatformTiming& timing_;
    sc_core::sc_time cycle_;
    std::array<Target, 2> targets_;
    Recorder* recorder_ = nullptr;
    std::vector<TransferSource> sources_;
    sc_core::sc_event_queue wake_{"wake"};
};

}  // namespace quell::tlm
