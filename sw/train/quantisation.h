// Quantisation-aware training: operands of every product rounded to a few bits, by constant scales. For
// sources that see LibTorch.
#pragma once

#include "models/network/graph.h"
#include "sw/train/training.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <map>
#include <vector>

namespace quell::train {

class TrainableNetwork;

class Quantisation {
public:
    // Symmetric: whole multiples, from -(2^(bits - 1) - 1) to 2^(bits - 1) - 1, of clip * largest absolute
    // value / (2^(bits - 1) - 1). The largest value of a weight is that of `network` as it is now, of an
    // input that seen over `images` (N,C,H,W), without noise. Throws Error for a product whose input is all
    // zeros.
    Quantisation(TrainableNetwork& network, const at::Tensor& images, const QuantisationOptions& options);

    // Gradients pass where the value is within the range, and are zero outside.
    at::Tensor round_input(std::int64_t product, const at::Tensor& x) const;
    at::Tensor round_weight(std::int64_t product, const at::Tensor& weight) const;

private:
    struct Scales {
        double input = 1, weight = 1;
    };
    at::Tensor round(const at::Tensor& values, double scale) const;

    std::int64_t largest_word_;
    std::map<std::int64_t, Scales> scales_;  // by product, from 1
};

}  // namespace quell::train
