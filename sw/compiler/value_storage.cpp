#include "sw/compiler/value_storage.h"

#include "models/base/error.h"

#include <algorithm>

namespace quell::compiler {
namespace {

using namespace network;

class Planner {
public:
    Planner(const Graph& graph, const ShapeMap& shapes) : graph_(graph), shapes_(shapes) {
        plan_.nodes.resize(graph.nodes.size());
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
            for (const std::string& input : graph.nodes[i].inputs) {
                if (!input.empty()) readers_[input].push_back(i);
            }
            producer_[graph.nodes[i].output] = i;
        }
        for (const ValueInfo& output : graph.outputs) leaves_[output.name] = true;
    }

    StoragePlan run() {
        for (const ValueInfo& input : graph_.inputs) {
            add_buffer(input.name);
            plan_.buffers.back().is_input = true;
        }
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) plan_node(i);
        find_last_uses();
        return std::move(plan_);
    }

private:
    void add_buffer(const std::string& value) {
        StoredValue stored = as_feature_map(shapes_.at(value));
        stored.segments.push_back({plan_.buffers.size(), 0, stored.channels});
        plan_.buffers.push_back({stored.words(), 0, false});
        plan_.values[value] = std::move(stored);
    }

    // The layer that computes `value`, when nothing but `reader_count` nodes read it and it can take one more
    // function.
    bool can_ride(const std::string& value, std::size_t reader_count, std::size_t& host) const {
        const auto producer = producer_.find(value);
        if (producer == producer_.end() || leaves_.contains(value)) return false;
        const NodePlan& plan = plan_.nodes[producer->second];
        if (plan.role == Role::no_work || readers_.at(value).size() != reader_count) return false;
        host = plan.host;
        return true;
    }

    // x * sigmoid(x), as swish is exported: the sigmoid's index leads to the multiplication's.
    bool is_swish(std::size_t sigmoid, std::size_t& multiplication) const {
        const Node& node = graph_.nodes[sigmoid];
        const auto* unary = std::get_if<Unary>(&node.operation);
        if (unary == nullptr || unary->function != UnaryFunction::sigmoid || leaves_.contains(node.output))
            return false;
        const auto readers = readers_.find(node.output);
        if (readers == readers_.end() || readers->second.size() != 1) return false;
        multiplication = readers->second[0];
        const Node& other = graph_.nodes[multiplication];
        const auto* binary = std::get_if<Binary>(&other.operation);
        return binary != nullptr && binary->function == BinaryFunction::mul &&
               std::count(other.inputs.begin(), other.inputs.end(), node.inputs[0]) == 1;
    }

    bool rides(std::size_t i) {
        const Node& node = graph_.nodes[i];
        NodePlan& plan = plan_.nodes[i];
        if (plan.role == Role::rides) return true;  // the multiplication of a swish met before
        if (std::holds_alternative<Unary>(node.operation)) {
            std::size_t multiplication = 0;
            std::size_t host = 0;
            if (is_swish(i, multiplication) && can_ride(node.inputs[0], 2, host)) {
                plan = {Role::rides, host};
                plan_.nodes[multiplication] = {Role::rides, host};
                return true;
            }
            if (can_ride(node.inputs[0], 1, host)) {
                plan = {Role::rides, host};
                return true;
            }
        }
        if (std::holds_alternative<BatchNormalization>(node.operation)) {
            // Into the weights of the convolution right before it.
            const auto producer = producer_.find(node.inputs[0]);
            std::size_t host = 0;
            if (producer != producer_.end() &&
                std::holds_alternative<Convolution>(graph_.nodes[producer->second].operation) &&
                can_ride(node.inputs[0], 1, host)) {
                plan = {Role::rides, host};
                return true;
            }
        }
        return false;
    }

    bool renames(const Node& node) const {
        if (const auto* unary = std::get_if<Unary>(&node.operation))
            return unary->function == UnaryFunction::identity;
        return std::holds_alternative<Flatten>(node.operation) ||
               std::holds_alternative<Reshape>(node.operation);
    }

    void plan_node(std::size_t i) {
        const Node& node = graph_.nodes[i];
        plan_.nodes[i].host = plan_.nodes[i].role == Role::rides ? plan_.nodes[i].host : i;
        if (renames(node) && !graph_.is_constant(node.inputs[0])) {
            const StoredValue& source = plan_.values.at(node.inputs[0]);
            StoredValue result = as_feature_map(shapes_.at(node.output));
            if (result.height * result.width == 1 || source.segments.size() == 1 ||
                result.height * result.width == source.height * source.width) {
                const std::int64_t factor = source.height * source.width;
                const std::int64_t pixels = result.height * result.width;
                for (Segment segment : source.segments) {
                    segment.channels = segment.channels * factor / pixels;
                    result.segments.push_back(segment);
                }
                plan_.nodes[i].role = Role::no_work;
                plan_.values[node.output] = std::move(result);
                return;
            }
        }
        if (const auto* concat = std::get_if<Concat>(&node.operation);
            concat != nullptr && joins_channels(node, *concat)) {
            StoredValue result = as_feature_map(shapes_.at(node.output));
            for (const std::string& input : node.inputs) {
                const StoredValue& part = plan_.values.at(input);
                result.segments.insert(result.segments.end(), part.segments.begin(), part.segments.end());
            }
            plan_.nodes[i].role = Role::no_work;
            plan_.values[node.output] = std::move(result);
            return;
        }
        if (rides(i)) {
            const StoredValue& stored = plan_.values.at(graph_.nodes[plan_.nodes[i].host].output);
            plan_.values[node.output] = StoredValue(stored);
            return;
        }
        add_buffer(node.output);
    }

    bool joins_channels(const Node& node, const Concat& concat) const {
        const std::int64_t rank = static_cast<std::int64_t>(shapes_.at(node.output).size());
        const std::int64_t axis = concat.axis < 0 ? concat.axis + rank : concat.axis;
        if ((rank != 4 && rank != 2) || axis != 1) return false;
        return std::none_of(node.inputs.begin(), node.inputs.end(),
                            [&](const std::string& input) { return graph_.is_constant(input); });
    }

    void find_last_uses() {
        const auto use = [&](const std::string& value, std::size_t when) {
            const auto stored = plan_.values.find(value);
            if (stored == plan_.values.end()) return;
            for (const Segment& segment : stored->second.segments) {
                std::size_t& last = plan_.buffers[segment.buffer].last_use;
                last = std::max(last, when);
            }
        };
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            use(graph_.nodes[i].output, i);
            for (const std::string& input : graph_.nodes[i].inputs) use(input, i);
        }
        for (const ValueInfo& output : graph_.outputs) use(output.name, graph_.nodes.size());
    }

    const Graph& graph_;
    const ShapeMap& shapes_;
    std::map<std::string, std::vector<std::size_t>> readers_;
    std::map<std::string, std::size_t> producer_;
    std::map<std::string, bool> leaves_;
    StoragePlan plan_;
};

}  // namespace

StoredValue as_feature_map(const Shape& shape) {
    StoredValue value;
    if (shape.size() == 4 && shape[0] == 1) {
        value.channels = shape[1];
        value.height = shape[2];
        value.width = shape[3];
    } else {
        value.channels = element_count(shape);
    }
    return value;
}

StoragePlan plan_storage(const Graph& graph, const ShapeMap& shapes) {
    return Planner(graph, shapes).run();
}

}  // namespace quell::compiler
