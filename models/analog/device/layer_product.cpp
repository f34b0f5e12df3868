#include "models/analog/device/layer_product.h"

#include "models/numeric/counter_random.h"

namespace quell::analog {

NormalKey read_noise_key(const ReadKey& key, const network::ProductInputs& inputs) {
    const auto part =
        (static_cast<std::uint64_t>(inputs.group) << 32) + static_cast<std::uint64_t>(inputs.part);
    const auto words = numeric::random_words(key.seed, numeric::Purpose::read_noise, part,
                                             static_cast<std::uint32_t>(key.product));
    NormalKey normal;
    normal.seed = std::uint64_t{words[1]} << 32 | words[0];
    normal.image = static_cast<std::uint32_t>(key.image);
    normal.purpose = numeric::Purpose::read_noise;
    return normal;
}

}  // namespace quell::analog
