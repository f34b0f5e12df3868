#include "sw/train/trainable_network.h"

#include "sw/train/node_functions.h"
#include "sw/train/noise_injection.h"
#include "sw/train/quantisation.h"
#include "sw/train/torch_device.h"
#include "sw/train/torch_tensors.h"

#include <algorithm>
#include <set>

namespace quell::train {
namespace {

using namespace network;

// Names of modules and parameters in LibTorch have no dots.
std::string module_name(std::string name) {
    std::replace(name.begin(), name.end(), '.', '/');
    return name;
}

std::set<std::string> trained_constants(const Graph& graph) {
    std::set<std::string> names;
    for (const Node& node : graph.nodes) {
        const bool product = std::holds_alternative<Convolution>(node.operation) ||
                             std::holds_alternative<Gemm>(node.operation);
        if (!product && !std::holds_alternative<BatchNormalization>(node.operation)) continue;
        for (std::size_t i = 1; i < node.inputs.size() && i < 3; ++i) {
            if (graph.is_constant(node.inputs[i])) names.insert(node.inputs[i]);
        }
    }
    return names;
}

}  // namespace

TrainableNetwork::TrainableNetwork(const Graph& graph, const std::vector<RealBlock>& blocks)
    : graph_(graph), sites_(analog_sites(graph)) {
    if (graph.inputs.size() != 1 || graph.outputs.empty())
        throw Error("network '{}': one input and an output are expected", graph.name);
    const std::set<std::string> trained = trained_constants(graph);
    for (auto& [name, tensor] : graph_.constants) {
        if (trained.contains(name)) {
            parameters_[name] = register_parameter("parameter " + module_name(name), to_torch(tensor));
        } else {
            buffers_[name] = register_buffer("constant " + module_name(name), to_torch(tensor));
        }
        tensor.values.clear();
    }
    for (std::size_t i = 0; i < sites_.size(); ++i) {
        site_at_[sites_[i].value_node] = i;
        product_at_[sites_[i].product_node] = sites_[i].product;
    }
    for (const RealBlock& block : blocks) {
        const AnalogSite& site = site_of_convolution(sites_, block.convolution);
        const Node& node = graph.nodes[site.product_node];
        const auto weight = graph.constants.find(node.inputs.at(1));
        if (weight != graph.constants.end() && weight->second.shape.at(0) != block.geometry.channels) {
            throw Error("{}: a block of {} channels expected, one of {} came", describe(node),
                        weight->second.shape[0], block.geometry.channels);
        }
        if (blocks_.contains(block.convolution))
            throw Error("{}: two blocks after convolution {}", describe(node), block.convolution);
        blocks_[block.convolution] = register_module("block " + std::to_string(block.convolution),
                                                     std::make_shared<DenoiserModule>(block));
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        for (const std::string& input : graph.nodes[i].inputs) last_reader_[input] = i;
    }
    for (const ValueInfo& output : graph.outputs) last_reader_[output.name] = graph.nodes.size();
}

const at::Tensor& TrainableNetwork::constant(const std::string& name) const {
    const auto found = parameters_.find(name);
    return found != parameters_.end() ? found->second : buffers_.at(name);
}

at::Tensor TrainableNetwork::forward(const at::Tensor& images, const Pass& pass) {
    std::unordered_map<std::string, at::Tensor> values;
    values[graph_.inputs[0].name] = images.to(device_);
    const at::Generator sampling = make_generator(device_, pass.sampling_seed);
    const auto value = [&](const std::string& name) {
        if (name.empty()) return at::Tensor();
        return graph_.is_constant(name) ? constant(name) : values.at(name);
    };
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
        const Node& node = graph_.nodes[i];
        std::vector<at::Tensor> inputs;
        for (const std::string& input : node.inputs) inputs.push_back(value(input));
        if (const auto found = product_at_.find(i); found != product_at_.end()) {
            if (pass.quantisation != nullptr) {
                inputs[0] = pass.quantisation->round_input(found->second, inputs[0]);
                inputs[1] = pass.quantisation->round_weight(found->second, inputs[1]);
            }
            if (pass.observations != nullptr)
                pass.observations->products[found->second] = {inputs[0], inputs[1]};
        }
        at::Tensor y = run_node(node, inputs, pass.normalisation);
        if (const auto found = site_at_.find(i); found != site_at_.end()) {
            const AnalogSite& site = sites_[found->second];
            const Node& product = graph_.nodes[site.product_node];
            if (pass.noise != nullptr) {
                y = add_noise(std::move(y), *pass.noise, product, site, pass.images, pass.magnitude_gradient);
            }
            if (pass.observations != nullptr && site.convolution > 0) {
                if (y.requires_grad()) y.retain_grad();
                pass.observations->convolutions[site.convolution] = y;
            }
            const auto block = site.convolution > 0 ? blocks_.find(site.convolution) : blocks_.end();
            if (block != blocks_.end()) {
                y = block->second->forward(
                    y, sampling,
                    pass.observations != nullptr ? &pass.observations->blocks[site.convolution] : nullptr);
            }
        }
        values[node.output] = std::move(y);
        inputs.clear();
        for (const std::string& input : node.inputs) {
            if (last_reader_.at(input) == i) values.erase(input);
        }
    }
    return value(graph_.outputs[0].name);
}

std::map<std::string, at::Tensor> TrainableNetwork::block_parameters() const {
    std::map<std::string, at::Tensor> result;
    for (const auto& [convolution, block] : blocks_) {
        for (const auto& entry : block->named_parameters())
            result["block " + std::to_string(convolution) + "." + entry.key()] = entry.value();
    }
    return result;
}

void TrainableNetwork::move_to(Device device) {
    device_ = quell::train::to_torch(device);
    to(device_);
}

void TrainableNetwork::freeze_backbone(bool frozen) {
    for (auto& [name, tensor] : parameters_) tensor.set_requires_grad(!frozen);
}

Graph TrainableNetwork::graph() const {
    Graph result = graph_;
    for (auto& [name, tensor] : result.constants) tensor = from_torch(constant(name));
    return result;
}

std::vector<RealBlock> TrainableNetwork::blocks() const {
    std::vector<RealBlock> result;
    for (const auto& [convolution, block] : blocks_) result.push_back(block->values());
    return result;
}

}  // namespace quell::train
