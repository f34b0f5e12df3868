// Counter-based random words: the same key and counter give the same word, whoever asks, in any order.
// Philox4x32-10 (Salmon et al., SC 2011), by the library Random123.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace quell::numeric {

// Keeps the uses of one seed apart: two different purposes never share a counter.
enum class Purpose : std::uint32_t {
    denoiser_base_seed = 0x44454E4F,  // "DENO"
    drawn_block_tensor = 0x424C4F43,  // "BLOC"
    analog_noise = 0x4E4F4953,        // "NOIS"
    network_weight = 0x57454947,      // "WEIG"
    random_normal_like = 0x524E4C4B,  // "RNLK"
    chip = 0x43484950,                // "CHIP"
    stuck_cell = 0x53545543,          // "STUC"
    converter = 0x434F4E56,           // "CONV"
    read_noise = 0x52454144,          // "READ"
    training = 0x54524149,            // "TRAI"
    synthetic_image = 0x53594E54,     // "SYNT"
    latin_hypercube = 0x4C415449,     // "LATI"
};

// Four 32-bit words for the counter (a, b, purpose) under `seed`; a and b are free for the caller's indices.
// Philox counter words: (a mod 2^32, a div 2^32, b, purpose); key: (seed mod 2^32, seed div 2^32).
std::array<std::uint32_t, 4> random_words(std::uint64_t seed, Purpose purpose, std::uint64_t a,
                                          std::uint32_t b);

// The words of counters (counter[0] + i, counter[1], counter[2], counter[3]), i = 0 ... count - 1, word w of
// them at words[w * count + i]. count: a multiple of 8. key: (seed mod 2^32, seed div 2^32).
void philox(const std::array<std::uint32_t, 2>& key, const std::array<std::uint32_t, 4>& counter,
            std::size_t count, std::uint32_t* words);

}  // namespace quell::numeric
