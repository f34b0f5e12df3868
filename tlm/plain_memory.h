// A memory behind one socket: as many bytes a cycle as its data bus is wide, no waiting. For benches and
// platforms that have nothing better.
#pragma once

#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <cstdint>
#include <vector>

namespace quell::tlm {

class PlainMemory : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<PlainMemory, 128> port{"port"};

    // beat_bytes: width of the data bus; one beat takes one `cycle`.
    PlainMemory(const sc_core::sc_module_name& name, std::uint64_t bytes, std::uint64_t beat_bytes,
                sc_core::sc_time cycle);

    std::vector<unsigned char>& content() { return content_; }

private:
    void serve(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);
    unsigned debug(::tlm::tlm_generic_payload& transaction);
    bool inside(const ::tlm::tlm_generic_payload& transaction) const;
    void copy(::tlm::tlm_generic_payload& transaction);

    std::vector<unsigned char> content_;
    std::uint64_t beat_bytes_;
    sc_core::sc_time cycle_;
};

}  // namespace quell::tlm
