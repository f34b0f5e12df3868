#include "models/network/execution_plan.h"

#include "models/network/blocks/denoiser_blocks.h"

#include <algorithm>
#include <limits>
#include <map>

namespace quell::network {
namespace {

// Elements; keeps every value on a cache line of its own.
constexpr std::int64_t alignment = 16;

constexpr std::size_t forever = std::numeric_limits<std::size_t>::max();

template <typename T>
bool is(const Node& node) {
    return std::holds_alternative<T>(node.operation);
}

bool is_product(const Node& node) {
    return (is<Convolution>(node) || is<Gemm>(node)) && !node.metadata.contains(denoiser_mark);
}

bool can_take_activation(const Node& node) {
    if (const auto* binary = std::get_if<Binary>(&node.operation))
        return binary->function == BinaryFunction::add;
    return is<Convolution>(node) || is<Gemm>(node);
}

// Kernels that may write over this operand: each output element depends on the element in the same place
// alone.
bool may_overwrite(const Step& step, std::size_t input) {
    if (is<Binary>(*step.node)) return step.inputs[input].shape == step.output.shape;
    return input == 0 && (is<Unary>(*step.node) || is<Reshape>(*step.node) || is<Flatten>(*step.node) ||
                          is<BatchNormalization>(*step.node));
}

class Planner {
public:
    Planner(const Graph& graph, const ShapeMap& shapes, Fusion fusion)
        : graph_(graph), shapes_(shapes), fusion_(fusion) {}

    ExecutionPlan run() {
        check_constants();
        fuse_and_number();
        find_last_reads();
        place_values();
        return std::move(plan_);
    }

private:
    void check_constants() const {
        for (const auto& [name, tensor] : graph_.constants) {
            if (tensor.size() != element_count(tensor.shape)) {
                throw Error(
                    "network '{}' was built without weights ('{}' is empty): it can be timed, not run",
                    graph_.name, name);
            }
        }
    }

    Operand operand(const std::string& value) const {
        if (value.empty()) return {};
        const auto constant = graph_.constants.find(value);
        const Tensor<float>* tensor = constant == graph_.constants.end() ? nullptr : &constant->second;
        return {value, tensor, -1, tensor != nullptr ? tensor->shape : shapes_.at(value)};
    }

    void fuse_and_number() {
        std::map<std::string, std::size_t> uses;
        std::map<std::string, const Node*> reader;
        for (const Node& node : graph_.nodes) {
            for (const std::string& input : node.inputs) {
                ++uses[input];
                reader[input] = &node;
            }
        }
        for (const ValueInfo& output : graph_.outputs) ++uses[output.name];

        std::map<const Node*, bool> taken;
        std::int64_t products = 0, convolutions = 0;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            const Node& node = graph_.nodes[i];
            if (taken[&node]) continue;
            Step step{&node, static_cast<std::int64_t>(i), {}, operand(node.output), nullptr, std::nullopt};
            for (const std::string& input : node.inputs) step.inputs.push_back(operand(input));
            if (is_product(node)) {
                const Shape& y = step.output.shape;
                step.site = ProductSite{&node, ++products, 0, 0, 1, 1, 1};
                if (is<Convolution>(node)) step.site->convolution = ++convolutions;
                if (y.size() > 1) step.site->channels = y[1];
                if (y.size() > 3) {
                    step.site->height = y[2];
                    step.site->width = y[3];
                }
            }
            if (fusion_ == Fusion::activations && can_take_activation(node) && uses[node.output] == 1) {
                const auto next = reader.find(node.output);
                if (next != reader.end() && is<Unary>(*next->second)) {
                    step.activation = next->second;
                    step.output = operand(next->second->output);
                    taken[next->second] = true;
                }
            }
            plan_.steps.push_back(std::move(step));
        }
    }

    void find_last_reads() {
        for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
            for (const Operand& input : plan_.steps[i].inputs) last_read_[input.value] = i;
        }
        for (const ValueInfo& output : graph_.outputs) last_read_[output.name] = forever;
    }

    void place_values() {
        for (const ValueInfo& input : graph_.inputs) {
            Operand placed = operand(input.name);
            placed.offset = place(input.name, placed.count());
            plan_.inputs.push_back(std::move(placed));
        }
        for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
            Step& step = plan_.steps[i];
            for (Operand& input : step.inputs) {
                if (input.present() && input.constant == nullptr) input.offset = live_.at(input.value).first;
            }
            step.output.offset = take_over(step, i);
            if (step.output.offset < 0) step.output.offset = place(step.output.value, step.output.count());
            release(i);
        }
        for (const ValueInfo& output : graph_.outputs) {
            Operand result = operand(output.name);
            if (result.constant == nullptr) result.offset = live_.at(output.name).first;
            plan_.outputs.push_back(std::move(result));
        }
    }

    // The place of an input that nobody reads later, when the step may write over it; otherwise -1.
    std::int64_t take_over(const Step& step, std::size_t index) {
        for (std::size_t i = 0; i < step.inputs.size(); ++i) {
            const Operand& input = step.inputs[i];
            if (!input.present() || input.constant != nullptr || last_read_[input.value] != index) continue;
            if (!may_overwrite(step, i)) continue;
            const auto extent = live_.extract(input.value).mapped();
            live_[step.output.value] = extent;
            return extent.first;
        }
        return -1;
    }

    // First fit between the values that are live.
    std::int64_t place(const std::string& value, std::int64_t count) {
        const std::int64_t size = (std::max<std::int64_t>(count, 1) + alignment - 1) / alignment * alignment;
        std::vector<std::pair<std::int64_t, std::int64_t>> extents;
        for (const auto& [name, extent] : live_) extents.push_back(extent);
        std::sort(extents.begin(), extents.end());
        std::int64_t offset = 0;
        for (const auto& [first, last] : extents) {
            if (first - offset >= size) break;
            offset = std::max(offset, last);
        }
        live_[value] = {offset, offset + size};
        plan_.arena_elements = std::max(plan_.arena_elements, offset + size);
        return offset;
    }

    void release(std::size_t index) {
        std::erase_if(live_, [&](const auto& entry) {
            const auto read = last_read_.find(entry.first);
            return read == last_read_.end() || read->second <= index;
        });
    }

    const Graph& graph_;
    const ShapeMap& shapes_;
    Fusion fusion_;
    ExecutionPlan plan_;
    std::map<std::string, std::size_t> last_read_;                       // step
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> live_;  // [first, last) in the arena
};

}  // namespace

std::vector<ProductSite> ExecutionPlan::products() const {
    std::vector<ProductSite> sites;
    for (const Step& step : steps) {
        if (step.site) sites.push_back(*step.site);
    }
    return sites;
}

ExecutionPlan plan_execution(const Graph& graph, const ShapeMap& shapes, Fusion fusion) {
    return Planner(graph, shapes, fusion).run();
}

Shape single_image_shape(const Graph& graph) {
    if (graph.inputs.size() != 1) {
        throw Error("network '{}' has {} inputs, one image is expected", graph.name, graph.inputs.size());
    }
    if (graph.outputs.empty()) throw Error("network '{}' has no output", graph.name);
    const ValueInfo& input = graph.inputs[0];
    if (input.shape.empty()) throw Error("INPUT '{}': a scalar came, images are expected", input.name);
    if (input.shape[0] > 1) {
        throw Error(
            "INPUT '{}': the batch is fixed at {}; export the network with a batch of 1 or a dynamic one",
            input.name, input.shape[0]);
    }
    return {input.shape.begin() + 1, input.shape.end()};
}

Shape without_batch(const Shape& output, const Graph& graph) {
    if (output.empty() || output[0] != 1) {
        throw Error("OUTPUT '{}' has shape {} for one image, a first dimension of 1 is expected",
                    graph.outputs[0].name, to_string(output));
    }
    return {output.begin() + 1, output.end()};
}

void check_image_shape(const Shape& given, const Shape& expected, const std::string& network) {
    Shape with_batch = expected;
    with_batch.insert(with_batch.begin(), 1);
    if (given != expected && given != with_batch) {
        throw Error("network '{}' takes images of shape {}, one of {} came", network, to_string(expected),
                    to_string(given));
    }
}

}  // namespace quell::network
