#include "models/numeric/counter_random.h"

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

}  // namespace quell::numeric
