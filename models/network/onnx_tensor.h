// Tensors as ONNX files hold them, and the files of single tensors ("*.pb") of the ONNX test data.
#pragma once

#include "models/base/tensor.h"

#include <filesystem>
#include <string>
#include <variant>

namespace quell::network {

// Floating point of any width becomes float32; integers and booleans of any width become int64.
using OnnxTensor = std::variant<Tensor<float>, Tensor<std::int64_t>>;

struct NamedOnnxTensor {
    std::string name;       // may be empty
    std::string data_type;  // as in the file: "FLOAT", "DOUBLE", "INT64", ...
    OnnxTensor values;
};

// Reads a serialised TensorProto. Throws Error naming the file.
NamedOnnxTensor read_onnx_tensor(const std::filesystem::path& file);

}  // namespace quell::network
