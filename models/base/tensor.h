// A dense row-major array with its shape. The plain carrier of values between files, networks and hardware
// models.
#pragma once

#include "models/base/error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quell {

// Dimensions, outermost first. Images are (N,C,H,W) or (C,H,W).
using Shape = std::vector<std::int64_t>;

// "1x3x224x224"; a scalar prints as "scalar"; an unknown (dynamic) dimension, -1, prints as "?".
std::string to_string(const Shape& shape);

// Number of elements. Throws Error when a dimension is negative or the product exceeds `limit`
// (default 2^40: above any network, below any overflow).
std::int64_t element_count(const Shape& shape, std::int64_t limit = std::int64_t{1} << 40);

template <typename T>
struct Tensor {
    Shape shape;
    std::vector<T> values;

    Tensor() = default;
    explicit Tensor(Shape dimensions)
        : shape(std::move(dimensions)), values(static_cast<std::size_t>(element_count(shape))) {}
    Tensor(Shape dimensions, std::vector<T> data) : shape(std::move(dimensions)), values(std::move(data)) {
        if (static_cast<std::int64_t>(values.size()) != element_count(shape)) {
            throw Error("a tensor of shape {} needs {} values, {} were given", to_string(shape),
                        element_count(shape), values.size());
        }
    }

    std::int64_t size() const { return static_cast<std::int64_t>(values.size()); }
    T* data() { return values.data(); }
    const T* data() const { return values.data(); }
    bool operator==(const Tensor&) const = default;
};

}  // namespace quell
