// Small ONNX models written by hand, to be bent out of shape by tests.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace quell::test {

class OnnxModel {
public:
    explicit OnnxModel(std::int64_t opset = 13) {
        model.set_ir_version(7);
        model.add_opset_import()->set_version(opset);
        graph().set_name("model");
    }

    onnx::GraphProto& graph() { return *model.mutable_graph(); }

    // A size of -1 is written as the parameter "N".
    OnnxModel& input(const std::string& name, const std::vector<std::int64_t>& shape,
                     int type = onnx::TensorProto::FLOAT) {
        write(*graph().add_input(), name, shape, type);
        return *this;
    }
    OnnxModel& output(const std::string& name) {
        write(*graph().add_output(), name, {}, onnx::TensorProto::FLOAT);
        return *this;
    }

    onnx::NodeProto& node(const std::string& op_type, const std::vector<std::string>& inputs,
                          const std::string& output, const std::string& name = "") {
        onnx::NodeProto& node = *graph().add_node();
        node.set_op_type(op_type);
        node.set_name(name);
        for (const std::string& input : inputs) node.add_input(input);
        node.add_output(output);
        return node;
    }

    onnx::TensorProto& floats(const std::string& name, const std::vector<std::int64_t>& shape,
                              const std::vector<float>& values) {
        onnx::TensorProto& tensor = *graph().add_initializer();
        tensor.set_name(name);
        tensor.set_data_type(onnx::TensorProto::FLOAT);
        for (const std::int64_t size : shape) tensor.add_dims(size);
        for (const float value : values) tensor.add_float_data(value);
        return tensor;
    }
    onnx::TensorProto& integers(const std::string& name, const std::vector<std::int64_t>& values) {
        onnx::TensorProto& tensor = *graph().add_initializer();
        tensor.set_name(name);
        tensor.set_data_type(onnx::TensorProto::INT64);
        tensor.add_dims(static_cast<std::int64_t>(values.size()));
        for (const std::int64_t value : values) tensor.add_int64_data(value);
        return tensor;
    }

    std::string bytes() const { return model.SerializeAsString(); }

    onnx::ModelProto model;

private:
    static void write(onnx::ValueInfoProto& value, const std::string& name,
                      const std::vector<std::int64_t>& shape, int type) {
        value.set_name(name);
        value.mutable_type()->mutable_tensor_type()->set_elem_type(type);
        auto& sizes = *value.mutable_type()->mutable_tensor_type()->mutable_shape();
        for (const std::int64_t size : shape) {
            if (size == -1) {
                sizes.add_dim()->set_dim_param("N");
            } else {
                sizes.add_dim()->set_dim_value(size);
            }
        }
    }
};

inline void set_integer(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
    auto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
}

inline void set_integers(onnx::NodeProto& node, const std::string& name,
                         const std::vector<std::int64_t>& values) {
    auto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) attribute.add_ints(value);
}

inline void set_real(onnx::NodeProto& node, const std::string& name, float value) {
    auto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(value);
}

inline void set_text(onnx::NodeProto& node, const std::string& name, const std::string& value) {
    auto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::STRING);
    attribute.set_s(value);
}

}  // namespace quell::test
