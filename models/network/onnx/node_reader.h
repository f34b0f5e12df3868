// Typed access to one node of an ONNX file: attributes, inputs, outputs; and the way to put its translation
// into the graph. Every failure is an Error that the importer completes with the node's name and operator.
#pragma once

#include "models/network/onnx/import_context.h"
#include "models/network/onnx_tensor.h"

#include <onnx/onnx_pb.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace quell::network {

class NodeReader {
public:
    NodeReader(const onnx::NodeProto& node, std::string name, ImportContext& context);

    const std::string& name() const { return name_; }
    const std::string& op_type() const { return node_.op_type(); }
    std::int64_t opset() const { return context_.opset(); }

    // Attributes. A wrong type is an error; the default stands where the attribute is absent.
    bool has(const std::string& attribute) const { return find(attribute) != nullptr; }
    std::int64_t integer(const std::string& attribute, std::int64_t fallback);
    bool flag(const std::string& attribute, bool fallback);  // 0 or 1
    float real(const std::string& attribute, float fallback);
    std::string text(const std::string& attribute, const std::string& fallback);
    std::optional<std::vector<std::int64_t>> integers(const std::string& attribute);
    std::optional<std::vector<float>> reals(const std::string& attribute);
    std::optional<FoldedValue> tensor(const std::string& attribute);
    // Attributes without a meaning here.
    void ignore(const std::string& attribute) { read_.insert(attribute); }

    // Inputs; absent optional ones count as "".
    std::size_t input_count() const { return static_cast<std::size_t>(node_.input_size()); }
    std::string input(std::size_t i) const;           // "" where absent
    std::string required_input(std::size_t i) const;  // Error where absent
    std::vector<std::string> inputs() const;          // trailing absent ones dropped
    const Shape& shape(std::size_t i) const;
    // The value of an input where it is known at import.
    const FoldedValue* folded(std::size_t i) const;
    // The value of an input that has to be known at import; `what` names it in messages.
    const FoldedValue& known(std::size_t i, const char* what) const;
    std::vector<Integer> symbolic_integers(std::size_t i, const char* what) const;
    std::vector<std::int64_t> known_integers(std::size_t i, const char* what) const;
    float known_scalar(std::size_t i, const char* what) const;
    Tensor<Integer> symbolic_shape(std::size_t i) const { return context_.symbolic_shape(required_input(i)); }
    void expect_inputs(std::size_t least, std::size_t most) const;

    const std::string& output() const { return node_.output(0); }
    bool gives_network_output() const { return context_.is_output(output()); }
    // Outputs after the first have to be unused.
    void refuse_further_outputs(const char* what) const;
    // Attributes that nothing has read are unknown to this operator.
    void refuse_unread_attributes() const;

    // The translation: the node's output as a known value, or one node or several that compute it.
    void fold(FoldedValue value) { context_.fold(output(), std::move(value)); }
    void emit(Operation operation, std::vector<std::string> inputs);
    // A node before the last one; returns its output value, named after the node.
    std::string emit_before(const std::string& suffix, Operation operation, std::vector<std::string> inputs);
    const Shape& shape_of_value(const std::string& value) const { return context_.shape(value); }

private:
    const onnx::AttributeProto* find(const std::string& attribute) const;
    const onnx::AttributeProto* get(const std::string& attribute, onnx::AttributeProto::AttributeType type);

    const onnx::NodeProto& node_;
    std::string name_;
    ImportContext& context_;
    std::set<std::string> read_;
};

// An ONNX tensor as a value known at import.
FoldedValue to_folded(OnnxTensor tensor);

}  // namespace quell::network
