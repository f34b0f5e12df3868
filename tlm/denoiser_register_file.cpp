#include "tlm/denoiser_register_file.h"

#include <cstring>

namespace quell::tlm {

namespace {

bool inside(std::uint64_t offset) {
    return offset % 4 == 0 && offset < kDenoiserRegisterBytes;
}

std::uint32_t word_of(const ::tlm::tlm_generic_payload& transaction) {
    std::uint32_t value = 0;
    std::memcpy(&value, transaction.get_data_ptr(), 4);
    return value;
}

}  // namespace

DenoiserRegisterFile::DenoiserRegisterFile() : words_(kDenoiserRegisterBytes / 4) {
    set(DenoiserRegister::identity, kDenoiserIdentity);
}

std::uint64_t DenoiserRegisterFile::wide(DenoiserRegister low) const {
    return std::uint64_t{words_[index_of(low) + 1]} << 32 | words_[index_of(low)];
}

void DenoiserRegisterFile::set_wide(DenoiserRegister low, std::uint64_t value) {
    words_[index_of(low)] = static_cast<std::uint32_t>(value);
    words_[index_of(low) + 1] = static_cast<std::uint32_t>(value >> 32);
}

void DenoiserRegisterFile::end(std::uint32_t bits) {
    std::uint32_t& word = words_[index_of(DenoiserRegister::status)];
    word = (word & ~status::busy) | bits;
}

bool DenoiserRegisterFile::interrupt() const {
    return ((*this)[DenoiserRegister::control] & control::interrupt_enable) != 0 &&
           ((*this)[DenoiserRegister::status] & (status::done | status::error)) != 0;
}

// TLM_OK_RESPONSE when there is nothing to refuse.
::tlm::tlm_response_status DenoiserRegisterFile::refusal(
    const ::tlm::tlm_generic_payload& transaction) const {
    if (transaction.get_byte_enable_ptr() != nullptr) return ::tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    if (transaction.get_data_length() != 4 || transaction.get_streaming_width() < 4) {
        return ::tlm::TLM_BURST_ERROR_RESPONSE;
    }
    if (!inside(transaction.get_address())) return ::tlm::TLM_ADDRESS_ERROR_RESPONSE;
    if (transaction.is_read()) return ::tlm::TLM_OK_RESPONSE;
    if (!transaction.is_write()) return ::tlm::TLM_COMMAND_ERROR_RESPONSE;

    const bool controls = transaction.get_address() == static_cast<std::uint64_t>(DenoiserRegister::control);
    const std::uint32_t value = word_of(transaction);
    if (controls && (value & control::reset) != 0) return ::tlm::TLM_OK_RESPONSE;
    // A start reads its registers once; changing them under it would be lost or worse.
    if (busy()) return ::tlm::TLM_COMMAND_ERROR_RESPONSE;
    constexpr std::uint32_t both = control::start | control::run_list;
    if (controls && (value & both) == both) return ::tlm::TLM_COMMAND_ERROR_RESPONSE;
    return ::tlm::TLM_OK_RESPONSE;
}

DenoiserCommand DenoiserRegisterFile::access(::tlm::tlm_generic_payload& transaction) {
    const ::tlm::tlm_response_status response = refusal(transaction);
    transaction.set_response_status(response);
    if (response != ::tlm::TLM_OK_RESPONSE) {
        words_[index_of(DenoiserRegister::status)] |= status::access_error;
        return DenoiserCommand::none;
    }
    if (transaction.is_write()) return write(transaction.get_address(), word_of(transaction));
    std::memcpy(transaction.get_data_ptr(), &words_[transaction.get_address() / 4], 4);
    return DenoiserCommand::none;
}

unsigned DenoiserRegisterFile::debug_access(::tlm::tlm_generic_payload& transaction) const {
    if (!transaction.is_read() || transaction.get_data_length() < 4 || !inside(transaction.get_address())) {
        return 0;
    }
    std::memcpy(transaction.get_data_ptr(), &words_[transaction.get_address() / 4], 4);
    return 4;
}

DenoiserCommand DenoiserRegisterFile::write(std::uint64_t offset, std::uint32_t value) {
    switch (static_cast<DenoiserRegister>(offset)) {
        case DenoiserRegister::control:
            return write_control(value);
        case DenoiserRegister::status:
            words_[offset / 4] &= ~(value & (status::done | status::error | status::access_error));
            break;
        case DenoiserRegister::error:
        case DenoiserRegister::cycles_low:
        case DenoiserRegister::cycles_high:
        case DenoiserRegister::bus_stall_low:
        case DenoiserRegister::bus_stall_high:
        case DenoiserRegister::identity:
        case DenoiserRegister::descriptor_index:
            break;  // read only: a write changes nothing
        default:
            words_[offset / 4] = value;
    }
    return DenoiserCommand::none;
}

DenoiserCommand DenoiserRegisterFile::write_control(std::uint32_t value) {
    set(DenoiserRegister::control, value & control::interrupt_enable);
    const DenoiserCommand command = (value & control::reset) != 0      ? DenoiserCommand::reset
                                    : (value & control::start) != 0    ? DenoiserCommand::start
                                    : (value & control::run_list) != 0 ? DenoiserCommand::run_list
                                                                       : DenoiserCommand::none;
    if (command == DenoiserCommand::none) return command;
    const bool stays_idle = command == DenoiserCommand::reset && !busy();
    set(DenoiserRegister::status, stays_idle ? 0 : status::busy);
    set(DenoiserRegister::error, static_cast<std::uint32_t>(DenoiserError::none));
    if (command == DenoiserCommand::run_list) set(DenoiserRegister::descriptor_index, 0);
    return command;
}

}  // namespace quell::tlm
