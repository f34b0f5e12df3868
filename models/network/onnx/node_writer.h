// Writes the operations of the graph IR as ONNX operators of opset 13 (HardSwish: 14).
#pragma once

#include "models/network/graph.h"

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace quell::network {

// An initialiser with its values as raw data.
void add_initialiser(onnx::GraphProto& graph, const std::string& name, onnx::TensorProto::DataType type,
                     const Shape& shape, const void* values, std::size_t bytes);

class NodeWriter {
public:
    NodeWriter(const Graph& graph, onnx::GraphProto& written);

    void write(const Node& node);

private:
    // The arguments that opset 13 takes as inputs (pads, target shapes, bounds): initialisers of their own.
    std::string add_integers(const Node& node, const char* what, const std::vector<std::int64_t>& values);
    std::string add_scalar(const Node& node, const char* what, float value);
    std::string new_name(const Node& node, const char* what);

    onnx::GraphProto& written_;
    std::set<std::string> taken_;
};

}  // namespace quell::network
