// Reads an ONNX file (opsets 7 to 17) into the graph IR.
//
// Constants and the shape arithmetic exporters leave behind are folded, operators are brought to their newest
// meaning, automatic padding is resolved. A dynamic first dimension of an input becomes -1; all others have
// to be known. Weights of 16 and 64 bits are converted to float32. What cannot be represented is refused:
// Error with one line naming the file, the node and its operator.
#pragma once

#include "models/network/graph.h"
#include "models/network/onnx_tensor.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace quell::network {

struct OnnxImportOptions {
    // Graph inputs to be taken as constants of these values, as if they were initialisers.
    std::map<std::string, OnnxTensor> bind;
};

Graph import_onnx(const std::filesystem::path& file, const OnnxImportOptions& options = {});

// The same from memory. `name` stands for the file in messages; `folder` is where external data may lie
// (empty: external data is refused).
Graph import_onnx_bytes(std::string_view bytes, const std::string& name,
                        const std::filesystem::path& folder = {}, const OnnxImportOptions& options = {});

}  // namespace quell::network
