// Kernels that move elements without computing: transpose, pad, concatenate.
#pragma once

#include "models/base/tensor.h"
#include "models/network/graph.h"

#include <cstdint>
#include <vector>

namespace quell::network::kernels {

// y[..., i_permutation...] = x; `permutation` holds every axis of x once.
template <typename T>
void transpose(const Shape& x_shape, const std::vector<std::size_t>& permutation, const T* x, T* y);

// y of shape x + begin + end per axis (negative ends crop), new places filled by the mode. `value` is the
// constant.
template <typename T>
void pad(const Pad& operation, T value, const Shape& x_shape, const T* x, T* y);

// One operand of a concatenation: `length` elements in a row for each outer index, written at `offset` of
// rows of `row` elements.
template <typename T>
void concatenate_part(std::int64_t outer, std::int64_t length, std::int64_t offset, std::int64_t row,
                      const T* x, T* y);

}  // namespace quell::network::kernels
