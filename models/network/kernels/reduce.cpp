#include "models/network/kernels/reduce.h"

#include <algorithm>
#include <cmath>

namespace quell::network::kernels {

template <typename T, typename Sum>
void sum_over(const Shape& x_shape, const std::vector<std::size_t>& axes, const T* x, Sum* sums) {
    const std::size_t rank = x_shape.size();
    // Stride of every axis of x in the result: 0 along the axes that vanish.
    std::vector<std::int64_t> strides(rank, 0);
    std::int64_t results = 1;
    for (std::size_t axis = rank; axis-- > 0;) {
        if (std::find(axes.begin(), axes.end(), axis) != axes.end()) continue;
        strides[axis] = results;
        results *= x_shape[axis];
    }
    std::fill_n(sums, results, Sum{0});
    // Runs along the innermost axis: into one sum where that axis vanishes, side by side where it stays.
    const std::int64_t length = rank == 0 ? 1 : x_shape[rank - 1];
    const std::int64_t step = rank == 0 ? 0 : strides[rank - 1];
    const std::int64_t count = element_count(x_shape);
    std::vector<std::int64_t> index(rank, 0);
    std::int64_t at = 0;
    for (std::int64_t first = 0; first < count; first += length) {
        const T* run = x + first;
        if (step == 0) {
            Sum sum = sums[at];
            for (std::int64_t i = 0; i < length; ++i) sum += static_cast<Sum>(run[i]);
            sums[at] = sum;
        } else {
            for (std::int64_t i = 0; i < length; ++i) sums[at + i * step] += static_cast<Sum>(run[i]);
        }
        for (std::size_t axis = rank == 0 ? 0 : rank - 1; axis-- > 0;) {
            at += strides[axis];
            if (++index[axis] < x_shape[axis]) break;
            at -= strides[axis] * x_shape[axis];
            index[axis] = 0;
        }
    }
}

std::int64_t summed_count(const Shape& x_shape, const std::vector<std::size_t>& axes) {
    std::int64_t count = 1;
    for (const std::size_t axis : axes) count *= x_shape[axis];
    return count;
}

void softmax(std::int64_t outer, std::int64_t length, std::int64_t inner, const float* x, float* y) {
    for (std::int64_t o = 0; o < outer; ++o) {
        for (std::int64_t i = 0; i < inner; ++i) {
            const std::int64_t first = o * length * inner + i;
            float largest = x[first];
            for (std::int64_t l = 1; l < length; ++l) largest = std::max(largest, x[first + l * inner]);
            float sum = 0;
            for (std::int64_t l = 0; l < length; ++l) {
                y[first + l * inner] = std::exp(x[first + l * inner] - largest);
                sum += y[first + l * inner];
            }
            for (std::int64_t l = 0; l < length; ++l) y[first + l * inner] /= sum;
        }
    }
}

template void sum_over(const Shape&, const std::vector<std::size_t>&, const float*, float*);
template void sum_over(const Shape&, const std::vector<std::size_t>&, const std::int16_t*, std::int64_t*);

}  // namespace quell::network::kernels
