#include "hw/root_stages.h"

#include "hw/vector_support.h"

#include <fmt/format.h>

namespace quell::hw {

namespace {

// The stages between registers [i] and [i + 1], in blocks from the back, so that every register is read
// before it takes its next value. Remainders stay below 2^27, so that signed comparisons do.
void advance_plain(int blocks, std::uint32_t* root, std::uint32_t* remainder, std::uint32_t* high,
                   std::uint32_t* low) {
    for (int i = RootStages::kBlock * blocks - 1; i >= 0; --i) {
        const auto brought_down = static_cast<std::int32_t>(remainder[i] << 2 | high[i] >> 30);
        const std::int32_t difference = brought_down - static_cast<std::int32_t>(root[i] << 2 | 1);
        const bool fits = difference >= 0;
        remainder[i + 1] = static_cast<std::uint32_t>(fits ? difference : brought_down);
        root[i + 1] = root[i] << 1 | (fits ? 1U : 0U);
        high[i + 1] = high[i] << 2 | low[i] >> 30;
        low[i + 1] = low[i] << 2;
    }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void advance_avx2(int blocks, std::uint32_t* root, std::uint32_t* remainder,
                                          std::uint32_t* high, std::uint32_t* low) {
    static_assert(RootStages::kBlock == 8);
    const __m256i one = _mm256_set1_epi32(1);
    for (int i = RootStages::kBlock * (blocks - 1); i >= 0; i -= RootStages::kBlock) {
        const auto load = [i](const std::uint32_t* registers) {
            return reinterpret_cast<const __m256i*>(registers + i);
        };
        const auto next = [i](std::uint32_t* registers) {
            return reinterpret_cast<__m256i*>(registers + i + 1);
        };
        const __m256i roots = _mm256_loadu_si256(load(root)), highs = _mm256_loadu_si256(load(high)),
                      lows = _mm256_loadu_si256(load(low));
        const __m256i brought_down = _mm256_or_si256(
            _mm256_slli_epi32(_mm256_loadu_si256(load(remainder)), 2), _mm256_srli_epi32(highs, 30));
        const __m256i difference =
            _mm256_sub_epi32(brought_down, _mm256_or_si256(_mm256_slli_epi32(roots, 2), one));
        const __m256i too_large = _mm256_srai_epi32(difference, 31);
        _mm256_storeu_si256(next(remainder), _mm256_blendv_epi8(difference, brought_down, too_large));
        _mm256_storeu_si256(
            next(root), _mm256_or_si256(_mm256_slli_epi32(roots, 1), _mm256_andnot_si256(too_large, one)));
        _mm256_storeu_si256(next(high),
                            _mm256_or_si256(_mm256_slli_epi32(highs, 2), _mm256_srli_epi32(lows, 30)));
        _mm256_storeu_si256(next(low), _mm256_slli_epi32(lows, 2));
    }
}
const auto kAdvance = has_avx2() ? advance_avx2 : advance_plain;
#else
const auto kAdvance = advance_plain;
#endif

}  // namespace

void RootStages::advance() {
    kAdvance((stages_ - 1) / kBlock + 1, root_.data(), remainder_.data(), high_.data(), low_.data());
}

void RootStages::trace(sc_core::sc_trace_file* file, const std::string& prefix, int first) const {
    for (int stage = 1; stage <= stages_; ++stage) {
        const std::string name = fmt::format("{}{:02}.", prefix, first + stage - 1);
        const auto at = static_cast<std::size_t>(stage);
        // A root so far of n bits leaves a remainder of at most n + 1.
        sc_trace(file, root_[at], name + "root", stage);
        sc_trace(file, remainder_[at], name + "remainder", stage + 1);
    }
}

}  // namespace quell::hw
