// NumPy's array files: one array (.npy, format 1.0 to 3.0) or a zip of named arrays (.npz).
#pragma once

#include "models/base/tensor.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <variant>

namespace quell {

// The element types that files of this project hold. Little-endian, C order.
using NpyArray = std::variant<Tensor<std::int16_t>, Tensor<std::int32_t>, Tensor<std::int64_t>, Tensor<float>,
                              Tensor<double>, Tensor<std::uint8_t>>;

// "int16", "float32", ... of the array's elements.
std::string element_type_name(const NpyArray& array);
const Shape& shape_of(const NpyArray& array);

// `where` names the source in messages. Throws Error for anything but a whole, well-formed array.
NpyArray parse_npy(std::span<const std::byte> bytes, const std::string& where);
NpyArray read_npy(const std::string& path);
void write_npy(const std::string& path, const NpyArray& array);

std::map<std::string, NpyArray> read_npz(const std::string& path);
void write_npz(const std::string& path, const std::map<std::string, NpyArray>& arrays);

// The array as a tensor of T; throws Error naming `where`, the type expected and the type that came.
template <typename T>
const Tensor<T>& expect(const NpyArray& array, const std::string& where) {
    if (const auto* tensor = std::get_if<Tensor<T>>(&array)) return *tensor;
    throw Error("{}: {} expected, {} came", where, element_type_name(NpyArray(Tensor<T>{})),
                element_type_name(array));
}

}  // namespace quell
