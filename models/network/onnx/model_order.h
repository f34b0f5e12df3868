// The order in which the nodes of an ONNX file can be read: each after those whose outputs it reads.
#pragma once

#include "models/network/onnx/import_context.h"

#include <onnx/onnx_pb.h>

#include <cstddef>
#include <string>
#include <vector>

namespace quell::network {

// Keeps the file's order where it can. Throws Error naming a node where there is a cycle, where nothing
// computes an input, or where two nodes (or a node and an input or initialiser) give one output.
std::vector<std::size_t> topological_order(const onnx::GraphProto& graph,
                                           const std::vector<std::string>& names,
                                           const ImportContext& context);

}  // namespace quell::network
