// Where built-in networks take their parameters from.
#pragma once

#include "models/network/graph_builder.h"

#include <cstdint>

namespace quell::network {

// Weights uniform in +-sqrt(6 / fan_in) (He et al. 2015), the variance 2 / fan_in that keeps the signal's
// scale through ReLUs. Element i of the n-th weight of a network takes word i mod 4 of the Philox counter (i
// div 4, n). Everything else is neutral: biases, shifts and means 0, scales and variances 1.
ParameterSource he_weights(std::uint64_t seed);

// Tensors with a shape and no values.
ParameterSource shapes_only();

}  // namespace quell::network
