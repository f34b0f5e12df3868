#include "models/network/builtin/he_weights.h"

#include "models/numeric/counter_random.h"

#include <cmath>

namespace quell::network {

ParameterSource he_weights(std::uint64_t seed) {
    return [seed, drawn = std::uint32_t{0}](const ParameterRequest& request) mutable {
        if (request.role != ParameterRole::weight) return neutral_parameter(request);
        const std::uint32_t index = drawn++;
        Tensor<float> weight(request.shape);
        const std::int64_t fan_in = weight.size() / request.shape[0];
        const double bound = std::sqrt(6.0 / static_cast<double>(fan_in));
        for (std::size_t i = 0; i < weight.values.size(); i += 4) {
            const auto words = numeric::random_words(seed, numeric::Purpose::network_weight, i / 4, index);
            for (std::size_t j = 0; j < 4 && i + j < weight.values.size(); ++j) {
                // The middle of one of 2^32 steps over (-1, 1).
                weight.values[i + j] = static_cast<float>(bound * ((words[j] + 0.5) * 0x1p-31 - 1));
            }
        }
        return weight;
    };
}

ParameterSource shapes_only() {
    return [](const ParameterRequest& request) {
        Tensor<float> empty;
        empty.shape = request.shape;
        return empty;
    };
}

}  // namespace quell::network
