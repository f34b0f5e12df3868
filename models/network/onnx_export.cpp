#include "models/network/onnx_export.h"

#include "models/base/files.h"
#include "models/network/onnx/node_marks.h"
#include "models/network/onnx/node_writer.h"
#include "models/network/shape_inference.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

namespace quell::network {
namespace {

constexpr std::int64_t ir_version = 7;
// HardSwish alone came an opset later, in the same IR version.
constexpr std::int64_t usual_opset = 13, opset_of_hard_swish = 14;

void write_value(const std::string& name, const Shape& shape, onnx::ValueInfoProto& value) {
    value.set_name(name);
    auto& type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    auto& dimensions = *type.mutable_shape();
    for (const std::int64_t size : shape) {
        if (size < 0) {
            dimensions.add_dim()->set_dim_param("N");
        } else {
            dimensions.add_dim()->set_dim_value(size);
        }
    }
}

bool is_hard_swish(const Node& node) {
    const auto* unary = std::get_if<Unary>(&node.operation);
    return unary != nullptr && unary->function == UnaryFunction::hard_swish;
}

onnx::ModelProto to_model(const Graph& graph) {
    check(graph);
    const ShapeMap shapes = infer_shapes(graph);
    if (graph.name.empty()) throw Error("a network needs a name to be written as ONNX");

    onnx::ModelProto model;
    model.set_ir_version(ir_version);
    model.set_producer_name("quell");
    const bool newer = std::any_of(graph.nodes.begin(), graph.nodes.end(), is_hard_swish);
    model.add_opset_import()->set_version(newer ? opset_of_hard_swish : usual_opset);
    for (const auto& [key, text] : metadata_with_marks(graph)) {
        auto& entry = *model.add_metadata_props();
        entry.set_key(key);
        entry.set_value(text);
    }

    onnx::GraphProto& written = *model.mutable_graph();
    written.set_name(graph.name);
    for (const ValueInfo& input : graph.inputs) write_value(input.name, input.shape, *written.add_input());
    for (const ValueInfo& output : graph.outputs) {
        write_value(output.name, shapes.at(output.name), *written.add_output());
    }
    for (const auto& [name, tensor] : graph.constants) {
        add_initialiser(written, name, onnx::TensorProto::FLOAT, tensor.shape, tensor.values.data(),
                        tensor.values.size() * sizeof(float));
    }
    NodeWriter writer(graph, written);
    for (const Node& node : graph.nodes) writer.write(node);
    return model;
}

}  // namespace

std::string export_onnx_bytes(const Graph& graph) {
    std::string bytes;
    const onnx::ModelProto model = to_model(graph);
    if (model.ByteSizeLong() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw Error("the network '{}' is larger than the 2 GiB an ONNX file can have", graph.name);
    }
    if (!model.SerializeToString(&bytes))
        throw Error("the network '{}' cannot be written as ONNX", graph.name);
    return bytes;
}

void export_onnx(const Graph& graph, const std::filesystem::path& file) {
    const std::string bytes = export_onnx_bytes(graph);
    refuse_folder(file);
    std::ofstream stream(file, std::ios::binary);
    if (!stream) throw Error("{}: cannot be written: {}", file.string(), std::strerror(errno));
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream) throw Error("{}: cannot be written: {}", file.string(), std::strerror(errno));
}

}  // namespace quell::network
