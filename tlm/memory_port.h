// One transfer between a unit and its memory over a TLM socket.
#pragma once

#include <systemc>
#include <tlm>

#include <cstdint>
#include <optional>
#include <string>

namespace quell::tlm {

// Moves bytes and waits until the bus is done with them; to be called from a thread. Returns the refusal, one
// line that begins with `owner`, when memory answers with an error.
std::optional<std::string> move_over(::tlm::tlm_initiator_socket<128>& socket, const std::string& owner,
                                     bool write, std::uint64_t address, unsigned char* data, unsigned bytes);

}  // namespace quell::tlm
