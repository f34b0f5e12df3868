// Quantisation-aware training: operands of every product rounded to a few bits, by constant scales. For
// sources that see LibTorch.
#pragma once

#include "models/network/graph.h"
#include "sw/train/training.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <map>
#include <string>

namespace quell::train {

class TrainableNetwork;

class Quantisation {
public:
    // Symmetric: whole multiples, from -(2^(bits - 1) - 1) to 2^(bits - 1) - 1, of clip * largest absolute
    // value / (2^(bits - 1) - 1). The largest value of a weight is that of `network` as it is now, of an
    // input that seen over `images` (N,C,H,W), without noise, batch norms as in training; their statistics
    // stay what they were. Throws Error for a product whose input is all
    // zeros.
    Quantisation(TrainableNetwork& network, const at::Tensor& images, const QuantisationOptions& options);

    // Gradients pass where the value is within the range, and are zero outside.
    at::Tensor round_input(std::int64_t product, const at::Tensor& x) const;
    at::Tensor round_weight(std::int64_t product, const at::Tensor& weight) const;

    // The network that computes what was trained: `graph`, of the network's structure, with its products'
    // weights rounded, and their inputs by operators in front of them: times 1 / scale, Round, Clip, times
    // scale. Throws Error for weights that are computed while running.
    network::Graph rounded(network::Graph graph) const;

private:
    struct Scales {
        double input = 1, weight = 1;
    };
    at::Tensor round(const at::Tensor& values, double scale) const;
    // Nodes that round the product's input, at the end of the graph; gives the value they end in.
    std::string add_rounding(network::Graph& graph, const network::Node& product, double scale) const;

    std::int64_t largest_word_;
    std::map<std::int64_t, Scales> scales_;  // by product, from 1
};

}  // namespace quell::train
