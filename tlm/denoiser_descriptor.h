// Descriptors of starts in memory (docs/denoiser-registers.md): 128 bytes, 32-bit little-endian words. The
// fields of a start lie at the offsets of their registers.
#pragma once

#include "models/config/denoiser_config.h"
#include "models/timing/cycles.h"
#include "tlm/denoiser_registers.h"
#include "tlm/denoiser_settings.h"
#include "tlm/memory_port.h"
#include "tlm/run_reset.h"

#include <systemc>
#include <tlm>

#include <cstdint>
#include <string>

namespace quell::tlm {

inline constexpr std::uint64_t kDescriptorBytes = 0x80, kDescriptorAlignment = 0x10;

// Byte offsets of what is no register.
namespace descriptor_offset {
inline constexpr std::uint64_t next = 0x00;    // byte address of the next descriptor, 64 bits; 0 ends
inline constexpr std::uint64_t result = 0x70;  // written back: status, error, cycles (64 bits)
}  // namespace descriptor_offset

struct Descriptor {
    std::uint64_t next = 0;
    DenoiserSettings settings;
};

struct DescriptorResult {
    std::uint32_t status = 0;  // status::done, with status::error when it was refused
    DenoiserError error = DenoiserError::none;
    timing::Cycles cycles = 0;  // of the block; 0 when it was refused
};

// Reads descriptors and writes results over the unit's memory socket, from a thread. All throw StartRefusal
// when an address is unaligned or 0, or when memory refuses, and RunReset::Seen.
class DescriptorPort {
public:
    // owner: its name in messages. What is referred to outlives the port.
    DescriptorPort(std::string owner, const config::DenoiserConfig& config, sc_core::sc_time cycle,
                   ::tlm::tlm_initiator_socket<128>& memory, const RunReset& reset);

    Descriptor read(std::uint64_t address);
    void write(std::uint64_t address, const DescriptorResult& result);

private:
    void move(bool write, std::uint64_t address, std::uint32_t* words, std::uint64_t bytes,
              timing::Cycles cycles);

    const config::DenoiserConfig& config_;
    const sc_core::sc_time cycle_;
    MemoryPort memory_;
    const RunReset& reset_;
};

}  // namespace quell::tlm
