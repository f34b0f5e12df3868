// A unit's way to its memory over a TLM socket, one transfer at a time.
#pragma once

#include <systemc>
#include <tlm>

#include <cstdint>
#include <optional>
#include <string>

namespace quell::tlm {

class MemoryPort {
public:
    // owner: who is named in refusals. The socket outlives the port.
    MemoryPort(::tlm::tlm_initiator_socket<128>& socket, std::string owner);

    // Moves bytes and waits until the bus is done with them; to be called from a thread, and not again before
    // it has returned. Returns the refusal, one line, when memory answers with an error.
    std::optional<std::string> move(bool write, std::uint64_t address, unsigned char* data, unsigned bytes);

private:
    ::tlm::tlm_initiator_socket<128>& socket_;
    const std::string owner_;
    ::tlm::tlm_generic_payload payload_;  // made once: its extensions are memory of its own
};

}  // namespace quell::tlm
