// The operators that remain in the graph: one function per ONNX operator, by subject in operators_*.cpp.
// Each reads the attributes of its opset and emits the operation in the meaning the graph IR gives it.
#pragma once

#include "models/network/onnx/node_reader.h"

#include <map>
#include <string_view>

namespace quell::network {

using Conversion = void (*)(NodeReader&);
using ConversionTable = std::map<std::string_view, Conversion>;

// Convolutions, pools: everything with a window.
const ConversionTable& window_conversions();
// Elementwise functions, normalisation, Softmax, random numbers.
const ConversionTable& elementwise_conversions();
// Matrix products and means.
const ConversionTable& product_conversions();
// What only moves elements.
const ConversionTable& movement_conversions();

}  // namespace quell::network
