// Which scale every value of a fixed16 network has.
#pragma once

#include "models/network/calibration.h"
#include "models/network/graph.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace quell::network {

// Words and how many of their bits are fraction bits.
struct WordTensor {
    std::vector<std::int16_t> words;
    int fraction_bits = 0;
};

// With the most fraction bits that fit, or with those given.
WordTensor to_words(const Tensor<float>& values);
WordTensor to_words(const Tensor<float>& values, int fraction_bits);

// A weight, and a bias in the accumulator's scale (fraction bits of input + weight).
struct ProductWords {
    WordTensor weight;
    std::vector<double> bias;  // whole numbers below 2^46
};
ProductWords to_product_words(const Tensor<float>& weight, const std::vector<double>& bias,
                              int input_fraction_bits);

// Fraction bits of every graph input and node output.
std::map<std::string, int> choose_scales(const Graph& graph, const ValueRanges& ranges);

}  // namespace quell::network
