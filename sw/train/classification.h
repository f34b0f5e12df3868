// Cross entropy and right answers. For sources that see LibTorch.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace quell::train {

// `logits` (N,classes). Throws Error for a label that is no class, and for logits that are no such matrix.
at::Tensor classification_loss(const at::Tensor& logits, const std::vector<std::int64_t>& labels,
                               at::Reduction::Reduction reduction = at::Reduction::Mean);

std::int64_t count_correct(const at::Tensor& logits, const std::vector<std::int64_t>& labels);

}  // namespace quell::train
