// Normal numbers by counter: the same key gives the same bits on any machine, thread and batch.
//
// Philox4x32-10 with key = seed (low word first) and counter = (index, image, product, purpose) gives four
// 32-bit words; words 0 and 1 make two normal numbers by Box-Muller, words 2 and 3 two more. Elements go in
// blocks of 256: element e takes number (e mod 256) / 64 of the counter with index 64 (e div 256) + e mod 64.
// Single precision throughout, without fused multiply-adds; logarithm, sine and cosine by the polynomials of
// the Cephes library (relative error below 2e-7), so that all processors agree. |z| <= 6.66.
#pragma once

#include "models/numeric/counter_random.h"

#include <cstdint>
#include <span>

namespace quell::analog {

struct NormalKey {
    std::uint64_t seed = 0;
    std::uint32_t product = 0;
    std::uint32_t image = 0;
    numeric::Purpose purpose = numeric::Purpose::analog_noise;
};

// Fills `numbers` with those of elements 0, 1, 2, ...
void fill_normal(const NormalKey& key, std::span<float> numbers);

constexpr std::size_t normal_block = 256;

// The numbers of elements 256 block ... 256 block + 255.
void fill_normal_block(const NormalKey& key, std::uint32_t block, float* numbers);

}  // namespace quell::analog
