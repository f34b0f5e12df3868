// What is known while the nodes of an ONNX file are turned into the graph IR, one after the other.
#pragma once

#include "models/network/graph.h"
#include "models/network/onnx/folded_value.h"
#include "models/network/shape_inference.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace quell::network {

class ImportContext {
public:
    ImportContext(std::int64_t opset, std::filesystem::path folder)
        : opset_(opset), folder_(std::move(folder)) {}

    std::int64_t opset() const { return opset_; }
    const std::filesystem::path& folder() const { return folder_; }

    void add_input(const std::string& name, Shape shape);
    void add_output(const std::string& name);
    // A value known at import. Throws Error when all folded values together grow out of proportion.
    void fold(const std::string& name, FoldedValue value);
    void add_initialiser(const std::string& name, FoldedValue value);

    const FoldedValue* folded(const std::string& name) const;
    // Shape of any value; throws Error when there is none of that name.
    const Shape& shape(const std::string& name) const;
    // The shape as shape arithmetic sees it: multiples of the batch are known as such.
    Tensor<Integer> symbolic_shape(const std::string& name) const;

    // Appends a node whose inputs are known values or earlier outputs, and infers its output's shape.
    void emit(Node node);
    // A name no node of the file and no node made so far has.
    std::string invent_node_name(const std::string& wish);
    void reserve_node_name(const std::string& name) { node_names_.insert(name); }
    std::string invent_value_name(const std::string& wish);
    void reserve_value_name(const std::string& name) { value_names_.insert(name); }
    // Values that some node or an output of the file reads.
    void mark_used(const std::string& value) { used_.insert(value); }
    bool is_used(const std::string& value) const { return used_.contains(value); }
    void mark_output(const std::string& value) { output_names_.insert(value); }
    bool is_output(const std::string& value) const { return output_names_.contains(value); }

    // The graph, with the known values that its nodes read as its constants.
    Graph finish();

private:
    Shape infer(const Node& node, const ShapeMap& shapes) const;

    std::int64_t opset_;
    std::filesystem::path folder_;
    Graph graph_;
    std::map<std::string, FoldedValue> folded_;
    std::int64_t folded_elements_ = 0;
    // Shapes of inputs and node outputs, with a dynamic batch, and with batches of two and of three, from
    // which follows how a size depends on the batch.
    ShapeMap shapes_, shapes_of_two_, shapes_of_three_;
    std::set<std::string> node_names_, value_names_, used_, output_names_;
};

}  // namespace quell::network
