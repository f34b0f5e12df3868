#include "models/base/tensor.h"

namespace quell {

std::string to_string(const Shape& shape) {
    if (shape.empty()) return "scalar";
    std::string text;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (i > 0) text += 'x';
        text += shape[i] < 0 ? std::string("?") : std::to_string(shape[i]);
    }
    return text;
}

std::int64_t element_count(const Shape& shape, std::int64_t limit) {
    bool empty = false;
    for (const std::int64_t dimension : shape) {
        if (dimension < 0)
            throw Error("shape {} has a dimension that is negative or not known", to_string(shape));
        empty = empty || dimension == 0;
    }
    if (empty) return 0;
    std::int64_t count = 1;
    for (const std::int64_t dimension : shape) {
        if (dimension > limit / count) {
            throw Error("shape {} has more than {} elements", to_string(shape), limit);
        }
        count *= dimension;
    }
    return count;
}

}  // namespace quell
