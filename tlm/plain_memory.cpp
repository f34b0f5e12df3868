#include "tlm/plain_memory.h"

#include "models/timing/cycles.h"

#include <cstring>

namespace quell::tlm {

PlainMemory::PlainMemory(const sc_core::sc_module_name& name, std::uint64_t bytes, std::uint64_t beat_bytes,
                         sc_core::sc_time cycle)
    : sc_module(name), content_(bytes), beat_bytes_(beat_bytes), cycle_(cycle) {
    port.register_b_transport(this, &PlainMemory::serve);
    port.register_transport_dbg(this, &PlainMemory::debug);
}

bool PlainMemory::inside(const ::tlm::tlm_generic_payload& transaction) const {
    const std::uint64_t address = transaction.get_address(), length = transaction.get_data_length();
    return address <= content_.size() && length <= content_.size() - address;
}

void PlainMemory::copy(::tlm::tlm_generic_payload& transaction) {
    unsigned char* here = content_.data() + transaction.get_address();
    if (transaction.is_read()) {
        std::memcpy(transaction.get_data_ptr(), here, transaction.get_data_length());
    } else if (transaction.is_write()) {
        std::memcpy(here, transaction.get_data_ptr(), transaction.get_data_length());
    }
}

void PlainMemory::serve(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay) {
    if (!inside(transaction)) {
        transaction.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    if (transaction.get_byte_enable_ptr() != nullptr) {
        transaction.set_response_status(::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return;
    }
    if (transaction.get_streaming_width() < transaction.get_data_length()) {
        transaction.set_response_status(::tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    copy(transaction);
    const auto beats =
        timing::ceil_divide(transaction.get_data_length(), static_cast<std::int64_t>(beat_bytes_));
    delay += static_cast<double>(beats) * cycle_;
    transaction.set_response_status(::tlm::TLM_OK_RESPONSE);
}

unsigned PlainMemory::debug(::tlm::tlm_generic_payload& transaction) {
    if (!inside(transaction)) return 0;
    copy(transaction);
    return transaction.get_data_length();
}

}  // namespace quell::tlm
