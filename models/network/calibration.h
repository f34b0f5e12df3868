// How large the values of a network become: what the power-of-two scales of fixed16 are chosen from.
#pragma once

#include "models/base/tensor.h"
#include "models/network/graph.h"

#include <map>
#include <string>
#include <vector>

namespace quell::network {

// Largest absolute value of every graph input and node output, by value name.
using ValueRanges = std::map<std::string, double>;

// Runs the network in float32, without noise, over the images ((C,H,W), already normalised). Throws Error
// when there is no image, or a value is not finite.
ValueRanges measure_ranges(const Graph& graph, const std::vector<Tensor<float>>& images);

// Fraction bits f of 16-bit words for values up to `largest`: the most for which largest * 2^headroom * 2^f
// <= 2^15 - 1, kept within [-12, 24] so that sums of any two scales fit an accumulator. 15 for a tensor of
// zeros.
int fraction_bits_for(double largest, int headroom_bits);

}  // namespace quell::network
