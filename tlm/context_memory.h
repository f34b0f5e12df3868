// The context memory: the words of one program, 8 bytes each, read through DMI or by transactions.
#pragma once

#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

#include <cstdint>
#include <span>
#include <vector>

namespace quell::tlm {

class ContextMemory : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<ContextMemory, 64> port{"port"};

    explicit ContextMemory(const sc_core::sc_module_name& name);

    void load(std::span<const std::uint64_t> words) { words_.assign(words.begin(), words.end()); }

private:
    void access(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);
    bool grant_direct(::tlm::tlm_generic_payload& transaction, ::tlm::tlm_dmi& dmi);

    std::vector<std::uint64_t> words_;
};

}  // namespace quell::tlm
