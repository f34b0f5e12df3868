#include "tlm/denoiser_descriptor.h"

#include "models/timing/descriptor_list.h"
#include "tlm/run_clock.h"
#include "tlm/start_refusal.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <optional>

namespace quell::tlm {

using timing::Cycles;

static_assert(std::endian::native == std::endian::little, "words are moved in memory order");
static_assert(kDescriptorBytes == 2 * timing::kDescriptorWords);
static_assert(kDescriptorBytes - descriptor_offset::result == 2 * timing::kDescriptorResultWords);

DescriptorPort::DescriptorPort(std::string owner, const config::DenoiserConfig& config,
                               sc_core::sc_time cycle, ::tlm::tlm_initiator_socket<128>& memory,
                               const RunReset& reset)
    : config_(config), cycle_(cycle), memory_(memory, std::move(owner)), reset_(reset) {}

// cycles: on a bus that nobody else uses.
void DescriptorPort::move(bool write, std::uint64_t address, std::uint32_t* words, std::uint64_t bytes,
                          Cycles cycles) {
    const RunClock clock(cycle_, reset_);
    const Cycles beats =
        timing::ceil_divide(static_cast<std::int64_t>(bytes / 2), std::int64_t{config_.dma_bits} / 16);
    clock.wait_until(timing::kDmaSetupCycles + timing::kDataMemoryCycles);
    const std::optional<std::string> refusal =
        memory_.move(write, address, reinterpret_cast<unsigned char*>(words), static_cast<unsigned>(bytes));
    reset_.check();
    if (refusal) throw StartRefusal{DenoiserError::bus, *refusal};
    // What comes behind the beats begins with the edge that follows them.
    const Cycles behind = cycles - timing::kDmaSetupCycles - timing::kDataMemoryCycles - beats;
    clock.wait_until(std::max(cycles, clock.now() + behind));
}

Descriptor DescriptorPort::read(std::uint64_t address) {
    if (address == 0 || address % kDescriptorAlignment != 0) {
        throw StartRefusal{DenoiserError::bus,
                           fmt::format("a descriptor's address is a multiple of {}, not 0; {:#x} came",
                                       kDescriptorAlignment, address)};
    }
    std::array<std::uint32_t, kDescriptorBytes / 4> words{};
    move(false, address, words.data(), kDescriptorBytes,
         timing::descriptor_read_cycles(config_.dma_bits / 16));
    constexpr std::size_t next = descriptor_offset::next / 4;
    return {std::uint64_t{words[next + 1]} << 32 | words[next], decode_settings(words)};
}

void DescriptorPort::write(std::uint64_t address, const DescriptorResult& result) {
    const auto cycles = static_cast<std::uint64_t>(result.cycles);
    std::array<std::uint32_t, (kDescriptorBytes - descriptor_offset::result) / 4> words{
        result.status, static_cast<std::uint32_t>(result.error), static_cast<std::uint32_t>(cycles),
        static_cast<std::uint32_t>(cycles >> 32)};
    move(true, address + descriptor_offset::result, words.data(), 4 * words.size(),
         timing::descriptor_result_cycles(config_.dma_bits / 16));
}

}  // namespace quell::tlm
