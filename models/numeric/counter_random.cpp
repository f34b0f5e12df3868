#include "models/numeric/counter_random.h"

#include "models/numeric/philox_vectors.h"
#include "models/numeric/vectors.h"

#include <Random123/philox.h>

namespace quell::numeric {

std::array<std::uint32_t, 4> random_words(std::uint64_t seed, Purpose purpose, std::uint64_t a,
                                          std::uint32_t b) {
    const r123::Philox4x32::ctr_type counter{{static_cast<std::uint32_t>(a),
                                              static_cast<std::uint32_t>(a >> 32), b,
                                              static_cast<std::uint32_t>(purpose)}};
    const r123::Philox4x32::key_type key{
        {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
    const auto words = r123::Philox4x32{}(counter, key);
    return {words[0], words[1], words[2], words[3]};
}

void philox(const std::array<std::uint32_t, 2>& key, const std::array<std::uint32_t, 4>& counter,
            std::size_t count, std::uint32_t* words) {
    if (has_vectors()) return philox_vectors(key, counter, count, words);
    for (std::size_t i = 0; i < count; ++i) {
        const auto four = r123::Philox4x32{}(
            {{counter[0] + static_cast<std::uint32_t>(i), counter[1], counter[2], counter[3]}},
            {{key[0], key[1]}});
        for (std::size_t w = 0; w < 4; ++w) words[w * count + i] = four[w];
    }
}

}  // namespace quell::numeric
