#include "models/analog/normal_numbers.h"

#include "models/analog/single_logarithm.h"
#include "models/base/wide_loops.h"
#include "models/numeric/counter_random.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace quell::analog {
namespace {

constexpr std::size_t lanes = normal_block / 4;

QUELL_WIDE void box_muller(const std::uint32_t* words, float* numbers) {
    for (std::size_t pair = 0; pair < 2; ++pair) {
        const std::uint32_t* radius_word = words + 2 * pair * lanes;
        const std::uint32_t* angle_word = radius_word + lanes;
        float* first = numbers + 2 * pair * lanes;
        float* second = first + lanes;
        for (std::size_t i = 0; i < lanes; ++i) {
            // u in (0, 1]: full resolution in the tail, where it matters.
            const float u =
                (static_cast<float>(static_cast<std::int32_t>(radius_word[i] >> 1)) + 0.5F) * 0x1p-31F;
            const float radius_squared = -2.0F * single_logarithm(u);
            const float radius = std::sqrt(radius_squared > 0.0F ? radius_squared : 0.0F);

            // The angle 2 pi w / 2^32, folded to [-pi/4, pi/4) about the nearest quarter turn.
            const std::uint32_t w = angle_word[i];
            const std::uint32_t quarter = (w + 0x20000000U) >> 30;
            const float x = static_cast<float>(static_cast<std::int32_t>(w - (quarter << 30))) *
                            static_cast<float>(1.57079632679489661923 / 1073741824.0);
            const float x2 = x * x;
            const float sine =
                ((-1.9515295891e-4F * x2 + 8.3321608736e-3F) * x2 - 1.6666654611e-1F) * x2 * x + x;
            const float cosine =
                ((2.443315711809948e-5F * x2 - 1.388731625493765e-3F) * x2 + 4.166664568298827e-2F) * x2 *
                    x2 -
                0.5F * x2 + 1.0F;
            const std::uint32_t swap = 0U - (quarter & 1U);
            const std::uint32_t s = std::bit_cast<std::uint32_t>(sine),
                                c = std::bit_cast<std::uint32_t>(cosine);
            const std::uint32_t sine_bits = ((s & ~swap) | (c & swap)) ^ ((quarter & 2U) << 30);
            const std::uint32_t cosine_bits = ((c & ~swap) | (s & swap)) ^ (((quarter + 1U) & 2U) << 30);
            first[i] = radius * std::bit_cast<float>(cosine_bits);
            second[i] = radius * std::bit_cast<float>(sine_bits);
        }
    }
}

}  // namespace

void fill_normal_block(const NormalKey& key, std::uint32_t block, float* numbers) {
    const std::array<std::uint32_t, 2> seed{static_cast<std::uint32_t>(key.seed),
                                            static_cast<std::uint32_t>(key.seed >> 32)};
    const std::array<std::uint32_t, 4> counter{block * static_cast<std::uint32_t>(lanes), key.image,
                                               key.product, static_cast<std::uint32_t>(key.purpose)};
    alignas(32) std::uint32_t words[normal_block];
    numeric::philox(seed, counter, lanes, words);
    box_muller(words, numbers);
}

void fill_normal(const NormalKey& key, std::span<float> numbers) {
    std::uint32_t block = 0;
    std::size_t at = 0;
    for (; at + normal_block <= numbers.size(); at += normal_block)
        fill_normal_block(key, block++, numbers.data() + at);
    if (at < numbers.size()) {
        float rest[normal_block];
        fill_normal_block(key, block, rest);
        std::copy(rest, rest + (numbers.size() - at), numbers.data() + at);
    }
}

}  // namespace quell::analog
