#include "tlm/context_memory.h"

#include <cstring>

namespace quell::tlm {

ContextMemory::ContextMemory(const sc_core::sc_module_name& name) : sc_module(name) {
    port.register_b_transport(this, &ContextMemory::access);
    port.register_get_direct_mem_ptr(this, &ContextMemory::grant_direct);
}

void ContextMemory::access(::tlm::tlm_generic_payload& transaction, sc_core::sc_time&) {
    const std::uint64_t address = transaction.get_address(), bytes = 8 * words_.size();
    if (!transaction.is_read()) {
        transaction.set_response_status(::tlm::TLM_COMMAND_ERROR_RESPONSE);
    } else if (address > bytes || transaction.get_data_length() > bytes - address) {
        transaction.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    } else {
        std::memcpy(transaction.get_data_ptr(),
                    reinterpret_cast<const unsigned char*>(words_.data()) + address,
                    transaction.get_data_length());
        transaction.set_response_status(::tlm::TLM_OK_RESPONSE);
    }
}

bool ContextMemory::grant_direct(::tlm::tlm_generic_payload&, ::tlm::tlm_dmi& dmi) {
    dmi.allow_read();
    dmi.set_dmi_ptr(reinterpret_cast<unsigned char*>(words_.data()));
    dmi.set_start_address(0);
    dmi.set_end_address(words_.empty() ? 0 : 8 * words_.size() - 1);
    return !words_.empty();
}

}  // namespace quell::tlm
