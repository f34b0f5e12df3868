#include "models/network/onnx_import.h"

#include "models/base/files.h"
#include "models/network/onnx/constant_folding.h"
#include "models/network/onnx/import_context.h"
#include "models/network/onnx/model_order.h"
#include "models/network/onnx/node_marks.h"
#include "models/network/onnx/node_reader.h"
#include "models/network/onnx/operators.h"
#include "models/network/onnx/tensor_proto.h"

#include <onnx/onnx_pb.h>

#include <fstream>
#include <limits>

namespace quell::network {
namespace {

constexpr std::int64_t lowest_opset = 7, highest_opset = 17;

bool is_standard_domain(const std::string& domain) {
    return domain.empty() || domain == "ai.onnx";
}

std::int64_t read_opset(const onnx::ModelProto& model) {
    for (const auto& import : model.opset_import()) {
        if (!is_standard_domain(import.domain())) continue;
        if (import.version() < lowest_opset || import.version() > highest_opset) {
            throw Error("opset {} is not supported, {} to {} are", import.version(), lowest_opset,
                        highest_opset);
        }
        return import.version();
    }
    throw Error("the model names no opset of the ONNX operators");
}

Shape read_input_shape(const onnx::ValueInfoProto& input) {
    if (!input.type().has_tensor_type()) throw Error("it is no tensor");
    const auto& type = input.type().tensor_type();
    if (!is_floating_point(type.elem_type())) {
        throw Error("it holds {}, only floating point is supported", data_type_name(type.elem_type()));
    }
    if (!type.has_shape()) throw Error("its shape is not given");
    Shape shape;
    for (const auto& dimension : type.shape().dim()) {
        const std::int64_t size = dimension.has_dim_value() ? dimension.dim_value() : 0;
        if (size > 0) {
            shape.push_back(size);
        } else if (size < -1) {
            throw Error("axis {} has the size {}", shape.size(), size);
        } else if (shape.empty()) {
            shape.push_back(-1);
        } else {
            throw Error("axis {} has no fixed size; only the first, the batch, may be dynamic", shape.size());
        }
    }
    return shape;
}

void read_initialisers(onnx::GraphProto& graph, ImportContext& context) {
    if (graph.sparse_initializer_size() > 0) throw Error("sparse initialisers are not supported");
    for (auto& tensor : *graph.mutable_initializer()) {
        try {
            if (tensor.name().empty()) throw Error("it has no name");
            if (context.folded(tensor.name()) != nullptr) throw Error("the name is used twice");
            context.add_initialiser(tensor.name(), to_folded(read_tensor(tensor, context.folder())));
        } catch (const Error& error) {
            throw Error("INITIALISER '{}': {}", tensor.name(), error.what());
        }
        // The weights of a large network need not be held twice.
        tensor.clear_raw_data();
        tensor.clear_float_data();
    }
}

void read_inputs(const onnx::GraphProto& graph, const OnnxImportOptions& options, ImportContext& context) {
    std::set<std::string> seen;
    for (const auto& input : graph.input()) {
        try {
            if (input.name().empty()) throw Error("it has no name");
            if (!seen.insert(input.name()).second) throw Error("the name is used twice");
            if (const auto bound = options.bind.find(input.name()); bound != options.bind.end()) {
                context.add_initialiser(input.name(), to_folded(bound->second));
            } else if (context.folded(input.name()) == nullptr) {
                // Older files list their initialisers as inputs as well; those are no inputs.
                context.add_input(input.name(), read_input_shape(input));
            }
        } catch (const Error& error) {
            throw Error("INPUT '{}': {}", input.name(), error.what());
        }
    }
    for (const auto& [name, tensor] : options.bind) {
        if (!seen.contains(name)) throw Error("INPUT '{}': there is none to be bound", name);
    }
}

void reserve_names(const onnx::GraphProto& graph, ImportContext& context) {
    for (const auto& node : graph.node()) {
        for (const auto& input : node.input()) {
            context.mark_used(input);
            context.reserve_value_name(input);
        }
        for (const auto& output : node.output()) context.reserve_value_name(output);
    }
    for (const auto& tensor : graph.initializer()) context.reserve_value_name(tensor.name());
    for (const auto& input : graph.input()) context.reserve_value_name(input.name());
    for (const auto& output : graph.output()) {
        context.mark_used(output.name());
        context.mark_output(output.name());
        context.reserve_value_name(output.name());
    }
}

// Every node gets a name of its own: its own one, or one made from its operator.
std::vector<std::string> name_nodes(const onnx::GraphProto& graph, ImportContext& context) {
    std::vector<std::string> names(static_cast<std::size_t>(graph.node_size()));
    std::set<std::string> given;
    for (int i = 0; i < graph.node_size(); ++i) {
        const std::string& name = graph.node(i).name();
        if (name.empty() || !given.insert(name).second) continue;
        context.reserve_node_name(name);
        names[static_cast<std::size_t>(i)] = name;
    }
    for (int i = 0; i < graph.node_size(); ++i) {
        std::string& name = names[static_cast<std::size_t>(i)];
        if (!name.empty()) continue;
        const auto& node = graph.node(i);
        name = context.invent_node_name(!node.name().empty() ? node.name()
                                                             : fmt::format("{}_{}", node.op_type(), i));
    }
    return names;
}

void convert(NodeReader& node) {
    // The marks of a fold are checked as those of any other operator.
    if (fold_node(node)) return;
    for (const ConversionTable* table : {&window_conversions(), &elementwise_conversions(),
                                         &product_conversions(), &movement_conversions()}) {
        if (const auto found = table->find(node.op_type()); found != table->end()) {
            found->second(node);
            return;
        }
    }
    throw Error("operator {} is not supported", node.op_type());
}

void convert_node(const onnx::NodeProto& proto, const std::string& name, ImportContext& context) {
    const std::string prefix = fmt::format("NODE '{}' ({})", name, proto.op_type());
    try {
        if (!is_standard_domain(proto.domain())) {
            throw Error("operator {} of {} is not supported", proto.op_type(), proto.domain());
        }
        if (proto.output_size() == 0 || proto.output(0).empty()) throw Error("the node has no output");
        NodeReader reader(proto, name, context);
        convert(reader);
        reader.refuse_unread_attributes();
    } catch (const Error& error) {
        const std::string message = error.what();
        const std::string own = fmt::format("NODE '{}' (", name);
        throw Error("{}", message.starts_with(own) ? message : prefix + ": " + message);
    }
}

Graph convert_model(onnx::ModelProto& model, const std::string& fallback_name,
                    const std::filesystem::path& folder, const OnnxImportOptions& options) {
    const std::int64_t opset = read_opset(model);
    if (!model.has_graph()) throw Error("the model holds no graph");
    onnx::GraphProto& graph = *model.mutable_graph();
    ImportContext context(opset, folder);
    reserve_names(graph, context);
    const std::vector<std::string> names = name_nodes(graph, context);
    read_initialisers(graph, context);
    read_inputs(graph, options, context);
    for (const std::size_t i : topological_order(graph, names, context)) {
        convert_node(graph.node(static_cast<int>(i)), names[i], context);
    }
    if (graph.output_size() == 0) throw Error("the network has no output");
    for (const auto& output : graph.output()) context.add_output(output.name());
    Graph result = context.finish();
    result.name = graph.name().empty() ? fallback_name : graph.name();
    for (const auto& entry : model.metadata_props()) result.metadata[entry.key()] = entry.value();
    move_marks_to_nodes(result);
    check(result);
    return result;
}

// Names come from the file and may hold anything; a message is one line that can be read.
std::string one_line(std::string message) {
    constexpr std::size_t longest = 400;
    for (char& c : message) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    }
    if (message.size() > longest) message.replace(longest, std::string::npos, "...");
    return message;
}

Graph convert_named(onnx::ModelProto& model, const std::string& name, const std::filesystem::path& folder,
                    const OnnxImportOptions& options) {
    try {
        return convert_model(model, std::filesystem::path(name).stem().string(), folder, options);
    } catch (const Error& error) {
        throw Error("{}: {}", name, one_line(error.what()));
    }
}

}  // namespace

Graph import_onnx(const std::filesystem::path& file, const OnnxImportOptions& options) {
    refuse_folder(file);
    std::error_code failure;
    const auto size = std::filesystem::file_size(file, failure);
    if (failure) throw Error("{}: {}", file.string(), failure.message());
    if (size > static_cast<std::uintmax_t>(std::numeric_limits<std::int32_t>::max())) {
        throw Error("{}: {} bytes are more than the 2 GiB an ONNX file can have", file.string(), size);
    }
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error("{}: cannot be opened", file.string());
    onnx::ModelProto model;
    if (!model.ParseFromIstream(&stream)) throw Error("{}: not an ONNX file, or cut short", file.string());
    const std::filesystem::path folder =
        file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    return convert_named(model, file.string(), folder, options);
}

Graph import_onnx_bytes(std::string_view bytes, const std::string& name, const std::filesystem::path& folder,
                        const OnnxImportOptions& options) {
    onnx::ModelProto model;
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
        !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        throw Error("{}: not an ONNX file, or cut short", name);
    }
    return convert_named(model, name, folder, options);
}

}  // namespace quell::network
