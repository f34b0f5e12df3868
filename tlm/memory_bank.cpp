#include "tlm/memory_bank.h"

#include "models/base/error.h"

#include <cstring>

namespace quell::tlm {

MemoryBank::MemoryBank(const sc_core::sc_module_name& name, const config::MemoryConfig& config,
                       const timing::PlatformTiming& timing, sc_core::sc_time cycle)
    : sc_module(name),
      config_(config),
      timing_(timing),
      cycle_(cycle),
      bytes_(1024 * static_cast<std::uint64_t>(config.kib)),
      content_(static_cast<unsigned char*>(std::calloc(bytes_ > 0 ? bytes_ : 1, 1))) {
    if (content_ == nullptr)
        throw Error("{}: {} KiB cannot be had from this computer", this->name(), config.kib);
    port.register_b_transport(this, &MemoryBank::access);
    port.register_transport_dbg(this, &MemoryBank::debug);
    port.register_get_direct_mem_ptr(this, &MemoryBank::grant_direct);
}

bool MemoryBank::inside(const ::tlm::tlm_generic_payload& transaction) const {
    const std::uint64_t address = transaction.get_address();
    return address <= bytes_ && transaction.get_data_length() <= bytes_ - address;
}

void MemoryBank::move(::tlm::tlm_generic_payload& transaction) {
    unsigned char* at = content_.get() + transaction.get_address();
    if (transaction.is_read()) std::memcpy(transaction.get_data_ptr(), at, transaction.get_data_length());
    if (transaction.is_write()) std::memcpy(at, transaction.get_data_ptr(), transaction.get_data_length());
}

void MemoryBank::access(::tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay) {
    if (transaction.get_byte_enable_ptr() != nullptr) {
        transaction.set_response_status(::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    } else if (transaction.get_streaming_width() < transaction.get_data_length()) {
        transaction.set_response_status(::tlm::TLM_BURST_ERROR_RESPONSE);
    } else if (!inside(transaction)) {
        transaction.set_response_status(::tlm::TLM_ADDRESS_ERROR_RESPONSE);
    } else {
        move(transaction);
        transaction.set_dmi_allowed(true);
        transaction.set_response_status(::tlm::TLM_OK_RESPONSE);
    }
    delay += static_cast<double>(timing_.memory_cycles(config_, transaction.get_data_length())) * cycle_;
}

unsigned MemoryBank::debug(::tlm::tlm_generic_payload& transaction) {
    if (!inside(transaction)) return 0;
    move(transaction);
    return transaction.get_data_length();
}

bool MemoryBank::grant_direct(::tlm::tlm_generic_payload&, ::tlm::tlm_dmi& dmi) {
    dmi.allow_read_write();
    dmi.set_dmi_ptr(content_.get());
    dmi.set_start_address(0);
    dmi.set_end_address(bytes_ == 0 ? 0 : bytes_ - 1);
    const sc_core::sc_time beat = static_cast<double>(timing_.memory_cycles(config_, 1)) * cycle_;
    dmi.set_read_latency(beat);
    dmi.set_write_latency(beat);
    return bytes_ > 0;
}

}  // namespace quell::tlm
