// Writes the graph IR as an ONNX model: opset 13, IR version 7, weights as raw data, a dynamic batch as "N".
//
// Reading the file back with import_onnx gives an equal graph. Marks of nodes are stored in the model's
// metadata as "quell.node.<node>.<key>", because nodes have no metadata of their own in this IR version.
#pragma once

#include "models/network/graph.h"

#include <filesystem>
#include <string>

namespace quell::network {

// Throws Error when the graph is not well formed or the file cannot be written.
void export_onnx(const Graph& graph, const std::filesystem::path& file);

// The same as bytes.
std::string export_onnx_bytes(const Graph& graph);

}  // namespace quell::network
