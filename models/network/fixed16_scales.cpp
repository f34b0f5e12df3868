#include "models/network/fixed16_scales.h"

#include "models/network/kernels/words.h"

#include <algorithm>
#include <cmath>

namespace quell::network {
namespace {

// One bit of headroom: images beyond the calibration set, and noise.
constexpr int headroom_bits = 1;

double largest_magnitude(const Tensor<float>& values) {
    double largest = 0;
    for (const float value : values.values) largest = std::max(largest, std::abs(static_cast<double>(value)));
    return largest;
}

// Words that are chosen, moved or made smaller, never scaled.
bool keeps_scale(const Operation& operation) {
    if (const auto* unary = std::get_if<Unary>(&operation)) {
        using enum UnaryFunction;
        return unary->function == relu || unary->function == leaky_relu || unary->function == clip ||
               unary->function == identity;
    }
    return std::holds_alternative<MaxPool>(operation) || std::holds_alternative<Pad>(operation) ||
           std::holds_alternative<Flatten>(operation) || std::holds_alternative<Reshape>(operation) ||
           std::holds_alternative<Transpose>(operation);
}

}  // namespace

WordTensor to_words(const Tensor<float>& values) {
    return to_words(values, fraction_bits_for(largest_magnitude(values), 0));
}

WordTensor to_words(const Tensor<float>& values, int fraction_bits) {
    WordTensor result{std::vector<std::int16_t>(values.values.size()), fraction_bits};
    kernels::quantise(values.size(), values.data(), fraction_bits, result.words.data());
    return result;
}

ProductWords to_product_words(const Tensor<float>& weight, const std::vector<double>& bias,
                              int input_fraction_bits) {
    double largest_bias = 0;
    for (const double value : bias) largest_bias = std::max(largest_bias, std::abs(value));
    int bits = fraction_bits_for(largest_magnitude(weight), 0);
    // A bias far above the products takes fraction bits from the weight: the accumulator has 48 bits for
    // both.
    if (largest_bias > 0) bits = std::min(bits, 45 - std::ilogb(largest_bias) - input_fraction_bits);
    ProductWords result{to_words(weight, bits), {}};
    for (const double value : bias) {
        result.bias.push_back(std::floor(std::ldexp(value, input_fraction_bits + bits) + 0.5));
    }
    return result;
}

std::map<std::string, int> choose_scales(const Graph& graph, const ValueRanges& ranges) {
    std::map<std::string, int> scales;
    const auto measured = [&](const std::string& value) {
        const auto range = ranges.find(value);
        if (range == ranges.end()) throw Error("value '{}' was not measured in calibration", value);
        return fraction_bits_for(range->second, headroom_bits);
    };
    for (const ValueInfo& input : graph.inputs) scales[input.name] = measured(input.name);
    for (const auto& [name, tensor] : graph.constants)
        scales[name] = fraction_bits_for(largest_magnitude(tensor), 0);
    for (const Node& node : graph.nodes) {
        scales[node.output] = keeps_scale(node.operation) ? scales.at(node.inputs[0]) : measured(node.output);
    }
    return scales;
}

}  // namespace quell::network
