// What a start of the denoiser unit works on, as its registers or a descriptor in memory have it.
#pragma once

#include "models/denoiser/weights.h"

#include <cstdint>
#include <span>

namespace quell::tlm {

struct DenoiserSettings {
    std::uint32_t channels = 0, height = 0, width = 0;
    bool bias = false;
    denoiser::FractionBits fraction;
    std::uint64_t input = 0, output = 0, weights = 0;  // byte addresses
    std::uint64_t base_seed = 0;
};

// words: 32-bit words, that of byte offset 4 k at k; those of the DenoiserRegister offsets `channels` to
// `base_seed_high` are read.
DenoiserSettings decode_settings(std::span<const std::uint32_t> words);

}  // namespace quell::tlm
