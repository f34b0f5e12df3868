// What the fuzzers feed with bytes. Each returns normally or lets out anything but a quell::Error, which is
// the one legal way to refuse an input; everything else is a finding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace quell::fuzz {

using Bytes = std::span<const std::uint8_t>;

// ONNX import, shape inference, folding of batch norms, and the way back through an export.
void run_onnx(Bytes bytes);
// A configuration file, read into the real option table and validated.
void run_ini(Bytes bytes);
// An .npy file from memory; bytes that begin like a zip archive as an .npz file.
void run_tensor(Bytes bytes);

}  // namespace quell::fuzz
