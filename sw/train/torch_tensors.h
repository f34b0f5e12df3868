// Between the project's tensors and LibTorch's. For sources that see LibTorch.
#pragma once

#include "models/base/tensor.h"

#include <ATen/ATen.h>

namespace quell::train {

// A copy, float32.
inline at::Tensor to_torch(const Tensor<float>& tensor) {
    return at::from_blob(const_cast<float*>(tensor.data()), tensor.shape, at::kFloat).clone();
}

inline Tensor<float> from_torch(const at::Tensor& tensor) {
    const at::Tensor plain = tensor.detach().to(at::kCPU).contiguous();
    const float* data = plain.data_ptr<float>();
    return Tensor<float>(Shape(plain.sizes().begin(), plain.sizes().end()),
                         std::vector<float>(data, data + plain.numel()));
}

}  // namespace quell::train
