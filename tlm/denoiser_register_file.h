// The denoiser unit's registers, and what an access to them over TLM does (docs/denoiser-registers.md).
#pragma once

#include "tlm/denoiser_registers.h"
#include "tlm/denoiser_settings.h"

#include <systemc>
#include <tlm>

#include <cstdint>
#include <vector>

namespace quell::tlm {

// What a write to `control` asks the unit for.
enum class DenoiserCommand { none, start, run_list, reset };

class DenoiserRegisterFile {
public:
    DenoiserRegisterFile();

    // One access: sets the response. A start or a list has made the unit busy, a reset has cleared everything
    // else in `status` when this returns.
    DenoiserCommand access(::tlm::tlm_generic_payload& transaction);
    // Reads beside the bus; the number of bytes read.
    unsigned debug_access(::tlm::tlm_generic_payload& transaction) const;

    std::uint32_t operator[](DenoiserRegister which) const { return words_[index_of(which)]; }
    std::uint64_t wide(DenoiserRegister low) const;
    void set(DenoiserRegister which, std::uint32_t value) { words_[index_of(which)] = value; }
    void set_wide(DenoiserRegister low, std::uint64_t value);

    bool busy() const { return ((*this)[DenoiserRegister::status] & status::busy) != 0; }
    // The unit is busy no longer; bits: of `status`, to be set.
    void end(std::uint32_t bits);

    bool interrupt() const;
    DenoiserSettings settings() const { return decode_settings(words_); }

private:
    ::tlm::tlm_response_status refusal(const ::tlm::tlm_generic_payload& transaction) const;
    DenoiserCommand write(std::uint64_t offset, std::uint32_t value);
    DenoiserCommand write_control(std::uint32_t value);

    std::vector<std::uint32_t> words_;
};

}  // namespace quell::tlm
