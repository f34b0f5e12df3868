// Cross entropy and right answers. For sources that see LibTorch.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace quell::train {

// `logits` (N,classes). Throws Error for a label that is no class, and for logits that are no such matrix.
at::Tensor classification_loss(const at::Tensor& logits, const std::vector<std::int64_t>& labels,
                               at::Reduction::Reduction reduction = at::Reduction::Mean);

// How far the answers are from a teacher's, Hinton et al. 2015 (arXiv 1503.02531), section 2: T^2 times the
// Kullback-Leibler divergence of softmax(logits / T) from softmax(teacher / T), T = 4, mean over the images.
at::Tensor distillation_loss(const at::Tensor& logits, const at::Tensor& teacher);

std::int64_t count_correct(const at::Tensor& logits, const std::vector<std::int64_t>& labels);

}  // namespace quell::train
