#include "tlm/memory_port.h"

#include <fmt/format.h>

namespace quell::tlm {

std::optional<std::string> move_over(::tlm::tlm_initiator_socket<128>& socket, const std::string& owner,
                                     bool write, std::uint64_t address, unsigned char* data, unsigned bytes) {
    ::tlm::tlm_generic_payload payload;
    payload.set_command(write ? ::tlm::TLM_WRITE_COMMAND : ::tlm::TLM_READ_COMMAND);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    payload.set_byte_enable_ptr(nullptr);
    payload.set_dmi_allowed(false);
    payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload, delay);
    if (delay > sc_core::SC_ZERO_TIME) sc_core::wait(delay);
    if (!payload.is_response_error()) return std::nullopt;
    return fmt::format("{}: {} of {} bytes at {:#x} answered with {}", owner, write ? "write" : "read", bytes,
                       address, payload.get_response_string());
}

}  // namespace quell::tlm
