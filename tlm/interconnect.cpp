#include "tlm/interconnect.h"

#include <algorithm>

namespace quell::tlm {

using sc_core::sc_time;
using ::tlm::tlm_generic_payload;

Interconnect::Interconnect(const sc_core::sc_module_name& name, const config::PlatformConfig& config,
                           const timing::PlatformTiming& timing, sc_time cycle)
    : sc_module(name), timing_(timing), cycle_(cycle) {
    targets_[0].socket = &to_scratchpad;
    targets_[0].config = config.scratchpad;
    targets_[1].socket = &to_memory;
    targets_[1].config = config.memory;
    targets_[1].base = 2 * static_cast<std::uint64_t>(timing::memory_base);
    initiators.register_nb_transport_fw(this, &Interconnect::begin);
    initiators.register_b_transport(this, &Interconnect::blocking);
    initiators.register_transport_dbg(this, &Interconnect::debug);
    streaming_initiators.register_nb_transport_fw(this, &Interconnect::begin_streaming);
    streaming_initiators.register_b_transport(this, &Interconnect::blocking_streaming);
    streaming_initiators.register_transport_dbg(this, &Interconnect::debug);
    SC_HAS_PROCESS(Interconnect);
    SC_METHOD(arbitrate);
    sensitive << wake_;
    dont_initialize();
}

Interconnect::Target& Interconnect::target_of(std::uint64_t address) {
    return address >= targets_[1].base ? targets_[1] : targets_[0];
}

::tlm::tlm_sync_enum Interconnect::begin(int initiator, tlm_generic_payload& transaction,
                                         ::tlm::tlm_phase& phase, sc_time& delay) {
    return accept({initiator, false, &transaction, sc_core::sc_time_stamp() + delay, nullptr}, phase, delay);
}

::tlm::tlm_sync_enum Interconnect::begin_streaming(int initiator, tlm_generic_payload& transaction,
                                                   ::tlm::tlm_phase& phase, sc_time& delay) {
    return accept({initiator, true, &transaction, sc_core::sc_time_stamp() + delay, nullptr}, phase, delay);
}

::tlm::tlm_sync_enum Interconnect::accept(const Request& request, ::tlm::tlm_phase& phase,
                                          const sc_time& delay) {
    if (phase == ::tlm::BEGIN_REQ) {
        target_of(request.transaction->get_address()).waiting.push_back(request);
        wake_.notify(delay);
        return ::tlm::TLM_ACCEPTED;
    }
    return ::tlm::TLM_COMPLETED;  // END_RESP: nothing is held any more
}

void Interconnect::blocking(int initiator, tlm_generic_payload& transaction, sc_time& delay) {
    wait_for({initiator, false, &transaction, {}, nullptr}, delay);
}

void Interconnect::blocking_streaming(int initiator, tlm_generic_payload& transaction, sc_time& delay) {
    wait_for({initiator, true, &transaction, {}, nullptr}, delay);
}

void Interconnect::wait_for(Request request, sc_time& delay) {
    if (delay > sc_core::SC_ZERO_TIME) sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    sc_core::sc_event done;
    request.done = &done;
    request.arrival = sc_core::sc_time_stamp();
    target_of(request.transaction->get_address()).waiting.push_back(request);
    wake_.notify(sc_core::SC_ZERO_TIME);
    sc_core::wait(done);
}

unsigned Interconnect::debug(int, tlm_generic_payload& transaction) {
    Target& target = target_of(transaction.get_address());
    transaction.set_address(transaction.get_address() - target.base);
    const unsigned moved = (*target.socket)->transport_dbg(transaction);
    transaction.set_address(transaction.get_address() + target.base);
    return moved;
}

// Runs at every arrival and every end of a transfer. Both come as queued notifications, a delta cycle late,
// so that requests of the same time are all there before the first is granted.
void Interconnect::arbitrate() {
    const sc_time now = sc_core::sc_time_stamp();
    for (Target& target : targets_) {
        std::vector<Request> ended;
        std::erase_if(target.running, [&](const Transfer& transfer) {
            if (transfer.end > now) return false;
            ended.push_back(transfer.request);
            return true;
        });
        for (const Request& request : ended) respond(request);
        while (static_cast<int>(target.running.size()) < target.config.ports && grant_next(target)) {
        }
    }
}

bool Interconnect::grant_next(Target& target) {
    const sc_time now = sc_core::sc_time_stamp();
    // Streaming initiators come after the others in the round.
    const auto rank = [&](const Request& request) {
        return request.initiator + (request.streaming ? 1024 : 0);
    };
    auto best = target.waiting.end();
    int best_distance = 0;
    for (auto it = target.waiting.begin(); it != target.waiting.end(); ++it) {
        if (it->arrival > now) continue;
        const int distance = (rank(*it) - target.last_granted - 1 + 4096) % 2048;
        if (best == target.waiting.end() || distance < best_distance) {
            best = it;
            best_distance = distance;
        }
    }
    if (best == target.waiting.end()) return false;
    const Request request = *best;
    target.waiting.erase(best);
    target.last_granted = rank(request);
    start(target, request);
    return true;
}

void Interconnect::start(Target& target, const Request& request) {
    tlm_generic_payload& transaction = *request.transaction;
    const std::uint64_t address = transaction.get_address();
    sc_time port_time = sc_core::SC_ZERO_TIME;
    transaction.set_address(address - target.base);
    (*target.socket)->b_transport(transaction, port_time);
    transaction.set_address(address);
    if (request.streaming) port_time -= static_cast<double>(target.config.latency) * cycle_;
    const sc_time link_time =
        static_cast<double>(timing_.link_cycles(transaction.get_data_length())) * cycle_;
    const sc_time taken = std::max(port_time, link_time);
    target.running.push_back({request, sc_core::sc_time_stamp() + taken, free_port(target)});
    if (recorder_ != nullptr) record(target, target.running.back());
    wake_.notify(taken);
    if (request.done == nullptr) send_back(request, ::tlm::END_REQ);
}

int Interconnect::free_port(const Target& target) const {
    int port = 0;
    const auto is_taken = [&](const Transfer& transfer) { return transfer.port == port; };
    while (std::any_of(target.running.begin(), target.running.end(), is_taken)) ++port;
    return port;
}

void Interconnect::attach(Recorder& recorder, std::vector<TransferSource> sources) {
    recorder_ = &recorder;
    sources_ = std::move(sources);
}

void Interconnect::record(const Target& target, const Transfer& transfer) const {
    const Request& request = transfer.request;
    const auto cycles = [&](const sc_time& time) {
        return static_cast<timing::Cycles>(time.value() / cycle_.value());
    };
    PortTransfer told;
    told.source = request.streaming ? TransferSource{TransferSource::Kind::dma, 0}
                                    : sources_.at(static_cast<std::size_t>(request.initiator));
    told.in_memory = &target == &targets_[1];
    told.port = transfer.port;
    told.write = request.transaction->is_write();
    told.requested = cycles(request.arrival);
    told.time = {cycles(sc_core::sc_time_stamp()), cycles(transfer.end)};
    told.bytes = request.transaction->get_data_length();
    recorder_->record(told);
}

void Interconnect::respond(const Request& request) {
    if (request.done != nullptr) {
        request.done->notify(sc_core::SC_ZERO_TIME);
    } else {
        send_back(request, ::tlm::BEGIN_RESP);
    }
}

void Interconnect::send_back(const Request& request, ::tlm::tlm_phase phase) {
    sc_time delay = sc_core::SC_ZERO_TIME;
    auto& socket = request.streaming ? streaming_initiators : initiators;
    socket[request.initiator]->nb_transport_bw(*request.transaction, phase, delay);
}

}  // namespace quell::tlm
