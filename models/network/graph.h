// The intermediate representation of a network: a list of nodes in execution order over named values.
//
// It is what ONNX files are imported to and exported from, what the built-in networks are written in, what
// the executor runs, the compiler maps onto the machine and the trainer turns into LibTorch modules. Values
// are identified by name. Every node has exactly one output. Shapes are (N,C,H,W) with N dynamic (-1) or
// fixed. Axes may be negative, counted from the end, as in ONNX (resolve_axis). Any input may be a constant.
// What exporters leave behind (shape arithmetic, Constant nodes) is folded away at import and never seen
// here.
#pragma once

#include "models/base/tensor.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace quell::network {

// Two values, one per spatial axis: height first, then width.
using Pair = std::array<std::int64_t, 2>;

// Zero rows and columns added around the map.
struct Padding {
    std::int64_t top = 0, left = 0, bottom = 0, right = 0;
    bool operator==(const Padding&) const = default;
};

// The sliding window shared by convolutions and pools. Output height:
// floor((H + top + bottom - dilation * (kernel - 1) - 1) / stride) + 1 (ceil for pools with ceil_mode).
struct Window {
    Pair kernel{1, 1};
    Pair stride{1, 1};
    Pair dilation{1, 1};
    Padding padding{};
    bool operator==(const Window&) const = default;
};

// Inputs: x (N,C,H,W), weight (K,C/groups,kh,kw), optional bias (K).
struct Convolution {
    Window window;
    std::int64_t groups = 1;
    bool operator==(const Convolution&) const = default;
};
// y = alpha * a' * b' + beta * c, a' = a or its transpose. Inputs: a (M,K), b (K,N), optional c (broadcast).
struct Gemm {
    float alpha = 1, beta = 1;
    bool transpose_a = false, transpose_b = false;
    bool operator==(const Gemm&) const = default;
};
struct MatMul {
    bool operator==(const MatMul&) const = default;
};  // numpy semantics, any rank
// Inputs: x, scale (C), bias (C), mean (C), variance (C).
struct BatchNormalization {
    float epsilon = 1e-5F;
    bool operator==(const BatchNormalization&) const = default;
};
struct MaxPool {
    Window window;
    bool ceil_mode = false;
    bool operator==(const MaxPool&) const = default;
};
struct AveragePool {
    Window window;
    bool ceil_mode = false;
    bool count_include_pad = false;
    bool operator==(const AveragePool&) const = default;
};
struct GlobalAveragePool {
    bool operator==(const GlobalAveragePool&) const = default;
};
struct ReduceMean {
    std::vector<std::int64_t> axes;  // empty: all
    bool keep_dimensions = true;
    bool operator==(const ReduceMean&) const = default;
};

// Elementwise, one input.
enum class UnaryFunction {
    relu,
    leaky_relu,
    clip,
    sigmoid,
    hard_sigmoid,
    hard_swish,
    sqrt,
    softplus,
    round,  // to the nearest whole number, halves to the even one
    identity
};
struct Unary {
    UnaryFunction function = UnaryFunction::identity;
    float alpha = 0;                            // leaky_relu: slope; hard_sigmoid: slope
    float beta = 0;                             // hard_sigmoid: offset
    std::optional<float> minimum{}, maximum{};  // clip
    bool operator==(const Unary&) const = default;
};
// Elementwise with numpy broadcasting, two inputs, of which either may be a constant.
enum class BinaryFunction { add, sub, mul, div };
struct Binary {
    BinaryFunction function = BinaryFunction::add;
    bool operator==(const Binary&) const = default;
};

struct Concat {
    std::int64_t axis = 1;
    bool operator==(const Concat&) const = default;
};
enum class PadMode { constant, reflect, edge };
struct Pad {
    std::vector<std::int64_t> begin, end;  // one per axis; negative crops
    PadMode mode = PadMode::constant;
    float value = 0;
    bool operator==(const Pad&) const = default;
};
struct Flatten {
    std::int64_t axis = 1;
    bool operator==(const Flatten&) const = default;
};
struct Reshape {
    std::vector<std::int64_t> target;  // 0 copies the input's dimension, -1 (once) is inferred
    bool operator==(const Reshape&) const = default;
};
struct Transpose {
    std::vector<std::int64_t> permutation;  // empty: reversed
    bool operator==(const Transpose&) const = default;
};
struct Softmax {
    std::int64_t axis = -1;  // along this one axis (the older ONNX meaning is rewritten at import)
    bool operator==(const Softmax&) const = default;
};
// Normal numbers of the input's shape, keyed by (seed, image, node): the same bits at any batch size.
struct RandomNormalLike {
    float mean = 0, scale = 1;
    std::optional<float> seed;
    bool operator==(const RandomNormalLike&) const = default;
};

using Operation = std::variant<Convolution, Gemm, MatMul, BatchNormalization, MaxPool, AveragePool,
                               GlobalAveragePool, ReduceMean, Unary, Binary, Concat, Pad, Flatten, Reshape,
                               Transpose, Softmax, RandomNormalLike>;

// "Conv", "Relu", ...: the ONNX operator an operation is exported as.
std::string operator_name(const Operation& operation);

// The axis counted from the front. Throws Error when it is outside [-rank, rank - 1].
std::size_t resolve_axis(std::int64_t axis, std::size_t rank);

struct Node {
    std::string name;  // unique, never empty (invented at import when the file has none)
    Operation operation;
    std::vector<std::string> inputs;  // "" where an optional input is absent
    std::string output;
    std::map<std::string, std::string> metadata;  // marks such as a denoiser block's site; kept through ONNX
    bool operator==(const Node&) const = default;
};

struct ValueInfo {
    std::string name;
    Shape shape;  // -1: dynamic
    bool operator==(const ValueInfo&) const = default;
};

struct Graph {
    std::string name;
    std::vector<ValueInfo> inputs;  // without the initialisers
    std::vector<ValueInfo> outputs;
    std::vector<Node> nodes;                         // topological order
    std::map<std::string, Tensor<float>> constants;  // weights, biases, ... by value name
    std::map<std::string, std::string> metadata;     // ONNX metadata_props

    bool is_constant(const std::string& value) const { return constants.contains(value); }

    bool operator==(const Graph&) const = default;
};

// "NODE 'conv1' (Conv)": how every message about a node begins.
std::string describe(const Node& node);

// The node that computes a value; nullptr for graph inputs and constants.
const Node* producer(const Graph& graph, const std::string& value);
// How many times a value is read: by nodes and as a graph output.
std::size_t count_uses(const Graph& graph, const std::string& value);

// Throws Error unless node names and outputs are unique and not empty, every input is a graph input, a
// constant or computed by an earlier node, and every graph output exists.
void check(const Graph& graph);

// Sorts the nodes so that each comes after those it reads, keeping the given order where it can.
// Throws Error naming a node when a cycle or a missing value makes that impossible.
void sort_topologically(Graph& graph);

}  // namespace quell::network
