// Values drawn from a seed, uniform between two bounds.
#pragma once

#include "models/base/tensor.h"

#include <cstdint>
#include <random>

namespace quell::test {

inline Tensor<float> drawn(const Shape& shape, std::uint64_t seed, float low = -1, float high = 1) {
    std::mt19937_64 generator(seed);
    std::uniform_real_distribution<float> uniform(low, high);
    Tensor<float> tensor(shape);
    for (float& value : tensor.values) value = uniform(generator);
    return tensor;
}

}  // namespace quell::test
