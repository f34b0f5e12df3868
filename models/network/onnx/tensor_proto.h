// From ONNX's TensorProto to tensors of ours.
#pragma once

#include "models/network/onnx_tensor.h"

#include <onnx/onnx_pb.h>

#include <filesystem>
#include <string>

namespace quell::network {

// "FLOAT", "INT64", ... or "type 77".
std::string data_type_name(int data_type);

// FLOAT, DOUBLE, FLOAT16 or BFLOAT16.
bool is_floating_point(int data_type);

// Reads a tensor, checking that the data has the size the shape asks for before anything is allocated.
// External data is read from inside `folder` only; an empty folder refuses it.
OnnxTensor read_tensor(const onnx::TensorProto& tensor, const std::filesystem::path& folder);

}  // namespace quell::network
