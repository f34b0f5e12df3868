#include "models/network/builtin/he_weights.h"

#include "models/numeric/counter_random.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace quell::network {
namespace {

constexpr auto purpose = static_cast<std::uint32_t>(numeric::Purpose::network_weight);

}  // namespace

ParameterSource he_weights(std::uint64_t seed) {
    return [seed, drawn = std::uint32_t{0}](const ParameterRequest& request) mutable {
        if (request.role != ParameterRole::weight) return neutral_parameter(request);
        const std::uint32_t index = drawn++;
        Tensor<float> weight(request.shape);
        const std::int64_t fan_in = weight.size() / request.shape[0];
        const double bound = std::sqrt(6.0 / static_cast<double>(fan_in));
        const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed),
                                               static_cast<std::uint32_t>(seed >> 32)};
        constexpr std::size_t counters = 64;
        std::array<std::uint32_t, 4 * counters> words;
        for (std::size_t i = 0; i < weight.values.size(); i += 4 * counters) {
            numeric::philox(key, {static_cast<std::uint32_t>(i / 4), 0, index, purpose}, counters,
                            words.data());
            const std::size_t end = std::min(4 * counters, weight.values.size() - i);
            for (std::size_t j = 0; j < end; ++j) {
                // The middle of one of 2^32 steps over (-1, 1); word j mod 4 of counter j div 4.
                const std::uint32_t word = words[j % 4 * counters + j / 4];
                weight.values[i + j] =
                    static_cast<float>(bound * ((static_cast<double>(word) + 0.5) * 0x1p-31 - 1));
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
