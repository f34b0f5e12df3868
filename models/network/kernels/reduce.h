// Means over axes and softmax.
#pragma once

#include "models/base/tensor.h"

#include <cstdint>
#include <vector>

namespace quell::network::kernels {

// Sums x over `axes` into `sums` (one per remaining index, row-major), adding in row-major order of x.
template <typename T, typename Sum>
void sum_over(const Shape& x_shape, const std::vector<std::size_t>& axes, const T* x, Sum* sums);

// The number of elements in each of those sums.
std::int64_t summed_count(const Shape& x_shape, const std::vector<std::size_t>& axes);

// exp(x - max) / sum of it along one axis of `length` elements; `inner` elements lie between neighbours on
// it.
void softmax(std::int64_t outer, std::int64_t length, std::int64_t inner, const float* x, float* y);

}  // namespace quell::network::kernels
