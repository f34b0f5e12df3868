// The SHA-256 digest of bytes, in hexadecimal: how runs name their outputs.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace quell {

std::string sha256(std::span<const std::byte> bytes);

}  // namespace quell
