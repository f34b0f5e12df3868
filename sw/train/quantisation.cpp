#include "sw/train/quantisation.h"

#include "models/network/tile_product.h"
#include "sw/train/torch_tensors.h"
#include "sw/train/trainable_network.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <set>
#include <utility>

namespace quell::train {

Quantisation::Quantisation(TrainableNetwork& network, const at::Tensor& images,
                           const QuantisationOptions& options)
    : largest_word_((std::int64_t{1} << (options.bits - 1)) - 1) {
    const c10::AutoGradMode no_gradients(false);
    std::map<std::string, at::Tensor> before;
    for (const auto& entry : network.named_buffers()) before[entry.key()] = entry.value().clone();
    Observations seen;
    Pass pass;
    pass.normalisation = Normalisation::training;
    pass.observations = &seen;
    network.forward(images, pass);
    for (auto& entry : network.named_buffers()) entry.value().copy_(before.at(entry.key()));
    const auto scale = [&](std::int64_t product, const char* what, const at::Tensor& values) {
        const double largest = values.abs().max().item<double>();
        if (!(largest > 0))
            throw Error("product {}: its {} are all zeros, they cannot be quantised", product, what);
        return options.clip * largest / static_cast<double>(largest_word_);
    };
    for (const auto& [product, operands] : seen.products) {
        scales_[product] = {scale(product, "inputs", operands.input),
                            scale(product, "weights", operands.weight)};
    }
}

at::Tensor Quantisation::round(const at::Tensor& values, double scale) const {
    return at::fake_quantize_per_tensor_affine(values, scale, 0, -largest_word_, largest_word_);
}

at::Tensor Quantisation::round_input(std::int64_t product, const at::Tensor& x) const {
    return round(x, scales_.at(product).input);
}

at::Tensor Quantisation::round_weight(std::int64_t product, const at::Tensor& weight) const {
    return round(weight, scales_.at(product).weight);
}

network::Graph Quantisation::rounded(network::Graph graph) const {
    std::map<std::size_t, std::int64_t> product_at;
    std::set<std::string> rounded_weights;
    for (const AnalogSite& site : analog_sites(graph)) {
        const network::Node& node = graph.nodes[site.product_node];
        const std::string& weight = node.inputs.at(1);
        if (!graph.is_constant(weight)) network::refuse_computed_weights(node);
        product_at[site.product_node] = site.product;
        if (!rounded_weights.insert(weight).second) continue;  // of two products: the same scale
        Tensor<float>& values = graph.constants.at(weight);
        values = from_torch(round_weight(site.product, to_torch(values)));
    }
    std::vector<network::Node> nodes = std::exchange(graph.nodes, {});
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (const auto found = product_at.find(i); found != product_at.end())
            nodes[i].inputs[0] = add_rounding(graph, nodes[i], scales_.at(found->second).input);
        graph.nodes.push_back(std::move(nodes[i]));
    }
    network::check(graph);
    return graph;
}

std::string Quantisation::add_rounding(network::Graph& graph, const network::Node& product,
                                       double scale) const {
    using namespace network;
    const auto step = static_cast<float>(scale);
    const auto largest = static_cast<float>(largest_word_);
    std::string value = product.inputs[0];
    const std::vector<Node>& nodes = graph.nodes;
    const auto add = [&](const char* what, const Operation& operation, std::optional<float> factor) {
        std::string name = product.name + "." + what;
        while (std::any_of(nodes.begin(), nodes.end(), [&](const Node& node) { return node.name == name; }))
            name += "_2";  // rounded before
        Node node{name, operation, {value}, name, {}};
        if (factor) {
            node.inputs.push_back(name + "_by");
            graph.constants.emplace(name + "_by", Tensor<float>({1}, {*factor}));
        }
        graph.nodes.push_back(std::move(node));
        value = name;
    };
    // The inverse in single precision, as LibTorch's fake_quantize multiplies with it: the same bits.
    add("input_steps", Binary{BinaryFunction::mul}, 1.0F / step);
    add("input_round", Unary{UnaryFunction::round}, {});
    add("input_clip", Unary{.function = UnaryFunction::clip, .minimum = -largest, .maximum = largest}, {});
    add("input_words", Binary{BinaryFunction::mul}, step);
    return value;
}

}  // namespace quell::train
