#include "models/network/kernels/layout.h"

#include <algorithm>
#include <numeric>

namespace quell::network::kernels {
namespace {

std::vector<std::int64_t> row_major_strides(const Shape& shape) {
    std::vector<std::int64_t> strides(shape.size(), 1);
    for (std::size_t axis = shape.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * shape[axis];
    return strides;
}

// Where position `at` of the padded axis comes from in the original of `extent` elements; -1: from nowhere.
std::int64_t source(PadMode mode, std::int64_t at, std::int64_t extent) {
    if (at >= 0 && at < extent) return at;
    if (mode == PadMode::constant) return -1;
    if (mode == PadMode::edge || extent == 1) return std::clamp<std::int64_t>(at, 0, extent - 1);
    // Mirrored at the first and last element, neither of which is repeated: a period of 2 (extent - 1).
    const std::int64_t period = 2 * (extent - 1);
    const std::int64_t folded = ((at % period) + period) % period;
    return std::min(folded, period - folded);
}

}  // namespace

template <typename T>
void transpose(const Shape& x_shape, const std::vector<std::size_t>& permutation, const T* x, T* y) {
    const std::vector<std::int64_t> strides = row_major_strides(x_shape);
    const std::size_t rank = x_shape.size();
    const std::int64_t count = element_count(x_shape);
    std::vector<std::int64_t> index(rank, 0);
    std::int64_t from = 0;
    for (std::int64_t to = 0; to < count; ++to) {
        y[to] = x[from];
        for (std::size_t axis = rank; axis-- > 0;) {
            const std::size_t original = permutation[axis];
            from += strides[original];
            if (++index[axis] < x_shape[original]) break;
            from -= strides[original] * x_shape[original];
            index[axis] = 0;
        }
    }
}

template <typename T>
void pad(const Pad& operation, T value, const Shape& x_shape, const T* x, T* y) {
    const std::size_t rank = x_shape.size();
    const std::vector<std::int64_t> strides = row_major_strides(x_shape);
    // Per axis: the offset in x that each position of y comes from.
    std::vector<std::vector<std::int64_t>> offsets(rank);
    std::int64_t count = 1;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        const std::int64_t extent = x_shape[axis] + operation.begin[axis] + operation.end[axis];
        for (std::int64_t at = 0; at < extent; ++at) {
            const std::int64_t from = source(operation.mode, at - operation.begin[axis], x_shape[axis]);
            offsets[axis].push_back(from < 0 ? -1 : from * strides[axis]);
        }
        count *= std::max<std::int64_t>(extent, 0);
    }
    std::vector<std::size_t> index(rank, 0);
    for (std::int64_t to = 0; to < count; ++to) {
        std::int64_t from = 0;
        for (std::size_t axis = 0; axis < rank && from >= 0; ++axis) {
            const std::int64_t offset = offsets[axis][index[axis]];
            from = offset < 0 ? -1 : from + offset;
        }
        y[to] = from < 0 ? value : x[from];
        for (std::size_t axis = rank; axis-- > 0;) {
            if (++index[axis] < offsets[axis].size()) break;
            index[axis] = 0;
        }
    }
}

template <typename T>
void concatenate_part(std::int64_t outer, std::int64_t length, std::int64_t offset, std::int64_t row,
                      const T* x, T* y) {
    for (std::int64_t i = 0; i < outer; ++i) std::copy_n(x + i * length, length, y + i * row + offset);
}

template void transpose(const Shape&, const std::vector<std::size_t>&, const float*, float*);
template void transpose(const Shape&, const std::vector<std::size_t>&, const std::int16_t*, std::int16_t*);
template void pad(const Pad&, float, const Shape&, const float*, float*);
template void pad(const Pad&, std::int16_t, const Shape&, const std::int16_t*, std::int16_t*);
template void concatenate_part(std::int64_t, std::int64_t, std::int64_t, std::int64_t, const float*, float*);
template void concatenate_part(std::int64_t, std::int64_t, std::int64_t, std::int64_t, const std::int16_t*,
                               std::int16_t*);

}  // namespace quell::network::kernels
