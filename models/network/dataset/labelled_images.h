// Images with their classes, as a data set stores them.
#pragma once

#include "models/base/tensor.h"

#include <cstdint>
#include <span>
#include <vector>

namespace quell::network {

struct LabelledImages {
    Shape image_shape;                 // (C,H,W)
    std::int64_t classes = 0;          // labels are below this
    std::vector<std::uint8_t> pixels;  // (N,C,H,W)
    std::vector<std::uint8_t> labels;  // (N)

    std::int64_t count() const { return static_cast<std::int64_t>(labels.size()); }
    std::span<const std::uint8_t> image(std::int64_t index) const {
        const auto size = static_cast<std::size_t>(element_count(image_shape));
        return std::span(pixels).subspan(static_cast<std::size_t>(index) * size, size);
    }
};

}  // namespace quell::network
