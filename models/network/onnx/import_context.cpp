#include "models/network/onnx/import_context.h"

#include <algorithm>

namespace quell::network {
namespace {

// What folding may create: 2^26 elements in all. Weights of the file itself do not count.
constexpr std::int64_t folded_limit = std::int64_t{1} << 26;

std::string unused(std::set<std::string>& taken, const std::string& wish) {
    std::string name = wish;
    for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}_{}", wish, i);
    return name;
}

Shape with_batch(Shape shape, std::int64_t batch) {
    std::replace(shape.begin(), shape.end(), std::int64_t{-1}, batch);
    return shape;
}

}  // namespace

void ImportContext::add_input(const std::string& name, Shape shape) {
    shapes_of_two_[name] = with_batch(shape, 2);
    shapes_of_three_[name] = with_batch(shape, 3);
    shapes_[name] = shape;
    graph_.inputs.push_back({name, std::move(shape)});
}

void ImportContext::add_initialiser(const std::string& name, FoldedValue value) {
    folded_.insert_or_assign(name, std::move(value));
}

void ImportContext::fold(const std::string& name, FoldedValue value) {
    folded_elements_ += element_count(shape_of(value));
    if (folded_elements_ > folded_limit) {
        throw Error("the constants computed at import have more than {} elements", folded_limit);
    }
    folded_.insert_or_assign(name, std::move(value));
}

const FoldedValue* ImportContext::folded(const std::string& name) const {
    const auto found = folded_.find(name);
    return found == folded_.end() ? nullptr : &found->second;
}

const Shape& ImportContext::shape(const std::string& name) const {
    if (const FoldedValue* value = folded(name)) return shape_of(*value);
    const auto found = shapes_.find(name);
    if (found == shapes_.end()) throw Error("nothing computes the value '{}'", name);
    return found->second;
}

Tensor<Integer> ImportContext::symbolic_shape(const std::string& name) const {
    const Shape& sizes = shape(name);
    Tensor<Integer> result(Shape{static_cast<std::int64_t>(sizes.size())});
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        Integer& size = result.values[i];
        if (sizes[i] >= 0) {
            size.value = sizes[i];
            continue;
        }
        const std::int64_t two = shapes_of_two_.at(name)[i], three = shapes_of_three_.at(name)[i];
        const bool multiple = two % 2 == 0 && three == two / 2 * 3;
        size.value = multiple ? two / 2 : 0;
        size.kind = multiple ? Integer::Kind::batch : Integer::Kind::undefined;
    }
    return result;
}

Shape ImportContext::infer(const Node& node, const ShapeMap& shapes) const {
    std::vector<const Shape*> inputs;
    for (const std::string& input : node.inputs) {
        if (input.empty()) {
            inputs.push_back(nullptr);
        } else if (const FoldedValue* value = folded(input)) {
            inputs.push_back(&shape_of(*value));
        } else {
            inputs.push_back(&shapes.at(input));
        }
    }
    return infer_output_shape(node, inputs);
}

void ImportContext::emit(Node node) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i].empty()) continue;
        const FoldedValue* value = folded(node.inputs[i]);
        if (value != nullptr && !std::holds_alternative<Tensor<float>>(*value)) {
            throw Error("{}: input {} ('{}') holds integers, only floating point is computed", describe(node),
                        i + 1, node.inputs[i]);
        }
        if (value == nullptr && !shapes_.contains(node.inputs[i])) {
            throw Error("{}: nothing computes its input '{}'", describe(node), node.inputs[i]);
        }
    }
    shapes_[node.output] = infer(node, shapes_);
    shapes_of_two_[node.output] = infer(node, shapes_of_two_);
    shapes_of_three_[node.output] = infer(node, shapes_of_three_);
    graph_.nodes.push_back(std::move(node));
}

std::string ImportContext::invent_node_name(const std::string& wish) {
    return unused(node_names_, wish);
}
std::string ImportContext::invent_value_name(const std::string& wish) {
    return unused(value_names_, wish);
}

void ImportContext::add_output(const std::string& name) {
    if (const auto found = folded_.find(name); found != folded_.end()) {
        if (!std::holds_alternative<Tensor<float>>(found->second)) {
            throw Error("OUTPUT '{}' holds integers, only floating point is supported", name);
        }
        // An output that does not depend on the input: a constant of another name, copied by a node.
        const std::string constant = invent_value_name(name + ".constant");
        auto entry = folded_.extract(found);
        entry.key() = constant;
        folded_.insert(std::move(entry));
        for (Node& node : graph_.nodes) std::replace(node.inputs.begin(), node.inputs.end(), name, constant);
        emit({invent_node_name(name), Unary{}, {constant}, name, {}});
    }
    const auto found = shapes_.find(name);
    if (found == shapes_.end()) throw Error("OUTPUT '{}': nothing computes it", name);
    const bool is_input = std::any_of(graph_.inputs.begin(), graph_.inputs.end(),
                                      [&](const ValueInfo& input) { return input.name == name; });
    if (is_input) throw Error("OUTPUT '{}' is an input as well", name);
    graph_.outputs.push_back({name, found->second});
}

Graph ImportContext::finish() {
    for (const Node& node : graph_.nodes) {
        for (const std::string& input : node.inputs) {
            const auto found = folded_.find(input);
            if (found == folded_.end()) continue;
            graph_.constants.emplace(input, std::move(std::get<Tensor<float>>(found->second)));
            folded_.erase(found);
        }
    }
    return std::move(graph_);
}

}  // namespace quell::network
