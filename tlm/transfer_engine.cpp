#include "tlm/transfer_engine.h"

#include <fmt/format.h>

namespace quell::tlm {

TransferEngine::TransferEngine(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_bw(this, &TransferEngine::backward);
    payload_.set_mm(this);
}

sc_core::sc_time TransferEngine::move(const timing::Transfer& transfer) {
    const auto bytes = static_cast<unsigned>(2 * transfer.words);
    payload_.acquire();
    payload_.set_command(::tlm::TLM_IGNORE_COMMAND);
    payload_.set_address(2 * static_cast<std::uint64_t>(transfer.address));
    payload_.set_data_ptr(&no_data_);
    payload_.set_data_length(bytes);
    payload_.set_streaming_width(bytes);
    payload_.set_byte_enable_ptr(nullptr);
    payload_.set_dmi_allowed(false);
    payload_.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
    const sc_core::sc_time requested = sc_core::sc_time_stamp();
    ::tlm::tlm_phase phase = ::tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->nb_transport_fw(payload_, phase, delay);
    sc_core::wait(responded_);
    if (payload_.is_response_error()) {
        SC_REPORT_ERROR(name(), fmt::format("{} words at 0x{:x}: {}", transfer.words, transfer.address,
                                            payload_.get_response_string())
                                    .c_str());
    }
    payload_.release();
    return granted_ - requested;
}

::tlm::tlm_sync_enum TransferEngine::backward(::tlm::tlm_generic_payload&, ::tlm::tlm_phase& phase,
                                              sc_core::sc_time& delay) {
    if (phase == ::tlm::END_REQ) {
        granted_ = sc_core::sc_time_stamp() + delay;
        return ::tlm::TLM_ACCEPTED;
    }
    responded_.notify(delay);
    phase = ::tlm::END_RESP;
    return ::tlm::TLM_COMPLETED;
}

}  // namespace quell::tlm
