#include "tlm/memory_port.h"

#include <fmt/format.h>

namespace quell::tlm {

MemoryPort::MemoryPort(::tlm::tlm_initiator_socket<128>& socket, std::string owner)
    : socket_(socket), owner_(std::move(owner)) {
    payload_.set_byte_enable_ptr(nullptr);
}

std::optional<std::string> MemoryPort::move(bool write, std::uint64_t address, unsigned char* data,
                                            unsigned bytes) {
    payload_.set_command(write ? ::tlm::TLM_WRITE_COMMAND : ::tlm::TLM_READ_COMMAND);
    payload_.set_address(address);
    payload_.set_data_ptr(data);
    payload_.set_data_length(bytes);
    payload_.set_streaming_width(bytes);
    payload_.set_dmi_allowed(false);
    payload_.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket_->b_transport(payload_, delay);
    if (delay > sc_core::SC_ZERO_TIME) sc_core::wait(delay);
    if (!payload_.is_response_error()) return std::nullopt;
    // A bus may have put its own address there.
    return fmt::format("{}: {} of {} bytes at {:#x} answered with {}", owner_, write ? "write" : "read",
                       bytes, address, payload_.get_response_string());
}

}  // namespace quell::tlm
