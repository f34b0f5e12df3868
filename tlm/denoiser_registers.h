// The denoiser unit's registers as its bus sees them: 32 bits each, at these byte offsets
// (docs/denoiser-registers.md).
#pragma once

#include <cstddef>
#include <cstdint>

namespace quell::tlm {

enum class DenoiserRegister : std::uint64_t {
    control = 0x00,     // the bits of namespace control; reads give interrupt_enable
    status = 0x04,      // read: the bits of namespace status; write: ones clear done, error and access_error
    error = 0x08,       // read: DenoiserError of the last start
    channels = 0x10,    // C of the feature map
    height = 0x14,      // H
    width = 0x18,       // W
    options = 0x1C,     // bit 0: the weight image carries biases
    fraction_x = 0x20,  // fraction bits, signed
    fraction_reduce_weight = 0x24,
    fraction_reduce_out = 0x28,
    fraction_depthwise_weight = 0x2C,
    fraction_depthwise_out = 0x30,
    fraction_mean_weight = 0x34,
    fraction_mean_out = 0x38,
    fraction_variance_weight = 0x3C,
    fraction_variance_out = 0x40,
    input_low = 0x48,  // byte address of X (C,H,W), 16-bit words, little-endian
    input_high = 0x4C,
    output_low = 0x50,  // byte address of Y; may be X's
    output_high = 0x54,
    weights_low = 0x58,  // byte address of the weight image
    weights_high = 0x5C,
    base_seed_low = 0x60,  // of the noise lanes; not zero
    base_seed_high = 0x64,
    cycles_low = 0x68,  // read: of the last start
    cycles_high = 0x6C,
    bus_stall_low = 0x70,  // read: of these, waited for a bus that others used
    bus_stall_high = 0x74,
    identity = 0x7C,        // read: kDenoiserIdentity
    descriptor_low = 0x80,  // byte address of the first descriptor of a list (denoiser_descriptor.h)
    descriptor_high = 0x84,
    descriptor_index = 0x88,  // read: number of the descriptor that the list is or was last at, from 0
};

inline constexpr std::uint64_t kDenoiserRegisterBytes = 0x90;
inline constexpr std::uint32_t kDenoiserIdentity = 0x51444E31;  // "QDN1"

// Where the register is among 32-bit words.
constexpr std::size_t index_of(DenoiserRegister which) {
    return static_cast<std::size_t>(which) / 4;
}

namespace control {
// start: once, from the registers; run_list: what the descriptors say; not both. reset: ends either, and the
// other bits but interrupt_enable are not looked at; the one write that is taken while busy.
inline constexpr std::uint32_t start = 1, interrupt_enable = 2, reset = 4, run_list = 8;
}  // namespace control
namespace status {
inline constexpr std::uint32_t busy = 1, done = 2, error = 4, access_error = 8;
}

enum class DenoiserError : std::uint32_t {
    none = 0,
    shape = 1,     // C, H or W is zero or too large, or the SRAMs do not hold one strip
    fraction = 2,  // fraction bits or the shift they ask for are out of range
    seed = 3,      // the base seed is zero or has bits beyond the registers' width
    bus = 4,       // memory answered with an error, or an address is unaligned
    weights = 6,   // a bias in the image is beyond 47 bits
    noise = 5,     // the noise streams are too short for this map: wider LFSRs are needed
};

}  // namespace quell::tlm
