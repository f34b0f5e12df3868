#include "models/timing/digital_function.h"

#include "models/base/error.h"

#include <array>

namespace quell::timing {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(DigitalFunction::sentinel)> names{
    "bias",        "relu",   "leaky_relu", "clip",     "sigmoid", "swish",   "add", "sub",
    "mul",         "div",    "sqrt",       "softplus", "affine",  "maximum", "sum", "multiply_accumulate",
    "exponential", "random", "copy",       "round"};

}  // namespace

std::string_view name(DigitalFunction function) {
    const std::size_t index = static_cast<std::size_t>(function);
    if (index >= names.size()) throw Error("digital function {} is none of 0 to {}", index, names.size() - 1);
    return names[index];
}

DigitalFunction digital_function(std::string_view wanted) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == wanted) return static_cast<DigitalFunction>(i);
    }
    throw Error("'{}' is no function of the digital unit", wanted);
}

}  // namespace quell::timing
