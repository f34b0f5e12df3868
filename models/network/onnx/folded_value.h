// Values that are known while a network is being imported: weights, and the integers of shape arithmetic.
#pragma once

#include "models/base/tensor.h"

#include <cstdint>
#include <variant>

namespace quell::network {

// An integer of shape arithmetic. Where the batch is dynamic it may be a multiple of the batch.
struct Integer {
    enum class Kind {
        known,      // value
        batch,      // value times the batch, value != 0
        undefined,  // depends on the batch in some other way
    };
    std::int64_t value = 0;
    Kind kind = Kind::known;

    bool is_known() const { return kind == Kind::known; }
};

using FoldedValue = std::variant<Tensor<float>, Tensor<Integer>>;

inline const Shape& shape_of(const FoldedValue& value) {
    return std::visit([](const auto& tensor) -> const Shape& { return tensor.shape; }, value);
}

}  // namespace quell::network
