// Builds a network by hand, layer by layer: names in, value names out, shapes followed on the way.
//
//     GraphBuilder net("tiny", source);
//     auto x = net.input("input", {-1, 3, 32, 32});
//     x = net.convolution("conv1", x, {.channels = 16, .kernel = {3, 3}, .padding = {1, 1, 1, 1}});
//     x = net.relu("relu1", net.batch_normalization("bn1", x));
//     x = net.flatten("flatten", net.global_average_pool("pool", x));
//     Graph graph = net.build({net.linear("fc", x, 10)});
//
// The output value of a node carries the node's name; parameters are named as in PyTorch ("conv1.weight",
// "bn1.running_mean"). Every method throws Error, naming the node, when the shapes do not fit.
#pragma once

#include "models/network/graph.h"
#include "models/network/shape_inference.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace quell::network {

enum class ParameterRole { weight, bias, scale, shift, mean, variance };

struct ParameterRequest {
    std::string name;  // "layer1.0.conv1.weight"
    Shape shape;       // Conv weight (K,C/groups,kh,kw), Gemm weight (out,in), all others (K)
    ParameterRole role;
};

// Gives the values of a parameter. The default: weights, biases, shifts and means 0, scales and variances 1.
using ParameterSource = std::function<Tensor<float>(const ParameterRequest&)>;
Tensor<float> neutral_parameter(const ParameterRequest& request);

struct ConvolutionOptions {
    std::int64_t channels = 0;  // output channels
    Pair kernel{1, 1};
    Pair stride{1, 1};
    Padding padding{};
    std::int64_t groups = 1;
    bool bias = false;
    Pair dilation{1, 1};
};

class GraphBuilder {
public:
    explicit GraphBuilder(std::string name, ParameterSource source = neutral_parameter);

    std::string input(const std::string& name, Shape shape);
    std::string constant(const std::string& name, Tensor<float> values);

    std::string convolution(const std::string& name, const std::string& x, const ConvolutionOptions& options);
    // Gemm with the weight stored (out,in) as in PyTorch.
    std::string linear(const std::string& name, const std::string& x, std::int64_t features,
                       bool bias = true);
    std::string batch_normalization(const std::string& name, const std::string& x, float epsilon = 1e-5F);

    std::string relu(const std::string& name, const std::string& x);
    std::string relu6(const std::string& name, const std::string& x);  // Clip to [0, 6]
    std::string leaky_relu(const std::string& name, const std::string& x, float slope);
    std::string sigmoid(const std::string& name, const std::string& x);
    std::string unary(const std::string& name, const std::string& x, Unary operation);
    std::string add(const std::string& name, const std::string& a, const std::string& b);
    std::string sub(const std::string& name, const std::string& a, const std::string& b);
    std::string mul(const std::string& name, const std::string& a, const std::string& b);
    std::string div(const std::string& name, const std::string& a, const std::string& b);
    std::string concat(const std::string& name, const std::vector<std::string>& values,
                       std::int64_t axis = 1);

    std::string max_pool(const std::string& name, const std::string& x, Pair kernel, Pair stride,
                         Padding padding = {}, bool ceil_mode = false);
    std::string average_pool(const std::string& name, const std::string& x, Pair kernel, Pair stride,
                             Padding padding = {}, bool ceil_mode = false, bool count_include_pad = false);
    std::string global_average_pool(const std::string& name, const std::string& x);
    std::string pad(const std::string& name, const std::string& x, Pad operation);
    std::string flatten(const std::string& name, const std::string& x, std::int64_t axis = 1);
    std::string softmax(const std::string& name, const std::string& x, std::int64_t axis = -1);

    // Any operation over values that exist already. All of the above end here.
    std::string node(const std::string& name, Operation operation, std::vector<std::string> inputs);

    // Marks the node that computes `value`.
    void mark(const std::string& value, const std::string& key, const std::string& text);
    void set_metadata(const std::string& key, const std::string& text);

    const Shape& shape(const std::string& value) const;
    // The size of axis 1.
    std::int64_t channels(const std::string& value) const;

    // The finished graph, taken out of the builder; `outputs` are the values that leave it.
    Graph build(const std::vector<std::string>& outputs);
    // The same with other names for the outputs: {{"logits", value}, ...}.
    Graph build_named(const std::vector<std::pair<std::string, std::string>>& outputs);

private:
    std::string parameter(const std::string& name, Shape shape, ParameterRole role);

    Graph graph_;
    ShapeMap shapes_;
    ParameterSource source_;
};

}  // namespace quell::network
