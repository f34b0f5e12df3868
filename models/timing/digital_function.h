// What the digital unit of a PE can do to a stream of elements, one element per lane and cycle.
#pragma once

#include <cstdint>
#include <string_view>

namespace quell::timing {

enum class DigitalFunction : std::uint8_t {
    bias,
    relu,
    leaky_relu,
    clip,
    sigmoid,  // by table
    swish,    // by table
    add,
    sub,
    mul,
    div,
    sqrt,
    softplus,
    affine,   // multiply and add per channel: a batch norm that no convolution could take
    maximum,  // one element of a pooling window
    sum,
    multiply_accumulate,
    exponential,
    random,  // a normal number
    copy,
    round,
    sentinel
};

std::string_view name(DigitalFunction function);
// Throws Error for a name that is none.
DigitalFunction digital_function(std::string_view name);

}  // namespace quell::timing
