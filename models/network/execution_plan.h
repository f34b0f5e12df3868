// What an executor needs to know before it runs: concrete shapes, one arena that all values share, which
// activations are computed together with the node before them, and where the analog products are.
#pragma once

#include "models/network/graph.h"
#include "models/network/product_hook.h"
#include "models/network/shape_inference.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quell::network {

// A value at the time a step reads or writes it.
struct Operand {
    std::string value;                        // "" where an optional input is absent
    const Tensor<float>* constant = nullptr;  // or:
    std::int64_t offset = -1;                 // first element in the arena
    Shape shape;

    bool present() const { return !value.empty(); }
    std::int64_t count() const { return element_count(shape); }
};

struct Step {
    const Node* node = nullptr;
    std::int64_t node_index = 0;  // in the graph
    std::vector<Operand> inputs;  // follows node->inputs
    Operand output;
    // The elementwise node that alone reads this node's result, computed with it; `output` is then its
    // output.
    const Node* activation = nullptr;
    std::optional<ProductSite> site;  // of a Conv or Gemm that runs on the analog tiles
};

struct ExecutionPlan {
    std::vector<Step> steps;
    std::vector<Operand> inputs, outputs;  // of the graph
    std::int64_t arena_elements = 0;

    std::vector<ProductSite> products() const;
};

// Whether an elementwise node is computed together with the node whose result it alone reads.
enum class Fusion { none, activations };

// `graph` has to outlive the plan. `shapes` as infer_shapes gives them, without dynamic dimensions left.
// Throws Error when a constant holds no values (a network built for timing only).
ExecutionPlan plan_execution(const Graph& graph, const ShapeMap& shapes, Fusion fusion);

// (C,H,W) of the network's one image, and the shapes with a batch of one. Throws Error when the graph has
// more than one input or a fixed batch above one.
Shape single_image_shape(const Graph& graph);

// An output's shape without its batch axis. Throws Error when the batch is not 1: the images were mixed up.
Shape without_batch(const Shape& output, const Graph& graph);

// Throws Error unless `given` is `expected` (C,H,W), with or without a leading batch of one.
void check_image_shape(const Shape& given, const Shape& expected, const std::string& network);

}  // namespace quell::network
