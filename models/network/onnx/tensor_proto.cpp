#include "models/network/onnx/tensor_proto.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>

namespace quell::network {
namespace {

static_assert(std::endian::native == std::endian::little, "ONNX's raw data is little-endian");

// One tensor may fill two gigabytes: protobuf's own limit for a file.
constexpr std::int64_t element_limit = std::int64_t{1} << 31;

float from_half(std::uint16_t bits) {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16U;
    const std::uint32_t exponent = (bits >> 10U) & 0x1FU;
    const std::uint32_t fraction = bits & 0x3FFU;
    if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000U | (fraction << 13U));
    if (exponent == 0) {
        const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
        return sign != 0 ? -magnitude : magnitude;
    }
    return std::bit_cast<float>(sign | ((exponent + 112U) << 23U) | (fraction << 13U));
}

float from_bfloat(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

std::int64_t from_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        throw Error("the value {} is too large", value);
    }
    return static_cast<std::int64_t>(value);
}

// Bytes of one element in raw data; 0 for types that have no raw form we read.
std::size_t element_width(int data_type) {
    using T = onnx::TensorProto;
    switch (data_type) {
        case T::BOOL:
        case T::INT8:
        case T::UINT8:
            return 1;
        case T::FLOAT16:
        case T::BFLOAT16:
        case T::INT16:
        case T::UINT16:
            return 2;
        case T::FLOAT:
        case T::INT32:
        case T::UINT32:
            return 4;
        case T::DOUBLE:
        case T::INT64:
        case T::UINT64:
            return 8;
        default:
            return 0;
    }
}

template <typename Stored, typename Value, typename Convert>
std::vector<Value> unpack(const std::string& raw, Convert convert) {
    std::vector<Value> values(raw.size() / sizeof(Stored));
    if constexpr (std::is_same_v<Stored, Value>) {
        if (!raw.empty()) std::memcpy(values.data(), raw.data(), raw.size());
    } else {
        for (std::size_t i = 0; i < values.size(); ++i) {
            Stored stored;
            std::memcpy(&stored, raw.data() + i * sizeof(Stored), sizeof(Stored));
            values[i] = convert(stored);
        }
    }
    return values;
}

template <typename Value, typename Field, typename Convert>
std::vector<Value> unpack_field(const Field& field, std::int64_t count, Convert convert) {
    if (field.size() != count) throw Error("{} values are needed, {} are stored", count, field.size());
    std::vector<Value> values;
    values.reserve(static_cast<std::size_t>(count));
    for (const auto& stored : field) values.push_back(convert(stored));
    return values;
}

std::vector<float> floats_from_raw(int data_type, const std::string& raw) {
    using T = onnx::TensorProto;
    switch (data_type) {
        case T::FLOAT:
            return unpack<float, float>(raw, [](float v) { return v; });
        case T::DOUBLE:
            return unpack<double, float>(raw, [](double v) { return static_cast<float>(v); });
        case T::FLOAT16:
            return unpack<std::uint16_t, float>(raw, from_half);
        default:
            return unpack<std::uint16_t, float>(raw, from_bfloat);
    }
}

std::vector<float> floats_from_fields(const onnx::TensorProto& tensor, std::int64_t count) {
    using T = onnx::TensorProto;
    const auto bits = [](std::int32_t v) { return static_cast<std::uint16_t>(v); };
    switch (tensor.data_type()) {
        case T::FLOAT:
            return unpack_field<float>(tensor.float_data(), count, [](float v) { return v; });
        case T::DOUBLE:
            return unpack_field<float>(tensor.double_data(), count,
                                       [](double v) { return static_cast<float>(v); });
        case T::FLOAT16:
            return unpack_field<float>(tensor.int32_data(), count,
                                       [&](auto v) { return from_half(bits(v)); });
        default:
            return unpack_field<float>(tensor.int32_data(), count,
                                       [&](auto v) { return from_bfloat(bits(v)); });
    }
}

std::vector<std::int64_t> integers_from_raw(int data_type, const std::string& raw) {
    using T = onnx::TensorProto;
    using I = std::int64_t;
    const auto widen = [](auto v) { return static_cast<I>(v); };
    switch (data_type) {
        case T::BOOL:
            return unpack<std::uint8_t, I>(raw, [](std::uint8_t v) { return I{v != 0}; });
        case T::INT8:
            return unpack<std::int8_t, I>(raw, widen);
        case T::UINT8:
            return unpack<std::uint8_t, I>(raw, widen);
        case T::INT16:
            return unpack<std::int16_t, I>(raw, widen);
        case T::UINT16:
            return unpack<std::uint16_t, I>(raw, widen);
        case T::INT32:
            return unpack<std::int32_t, I>(raw, widen);
        case T::UINT32:
            return unpack<std::uint32_t, I>(raw, widen);
        case T::UINT64:
            return unpack<std::uint64_t, I>(raw, from_unsigned);
        default:
            return unpack<I, I>(raw, widen);
    }
}

std::vector<std::int64_t> integers_from_fields(const onnx::TensorProto& tensor, std::int64_t count) {
    using T = onnx::TensorProto;
    switch (tensor.data_type()) {
        case T::INT64:
            return unpack_field<std::int64_t>(tensor.int64_data(), count, [](auto v) { return v; });
        case T::UINT32:
        case T::UINT64:
            return unpack_field<std::int64_t>(tensor.uint64_data(), count, from_unsigned);
        default:
            return unpack_field<std::int64_t>(tensor.int32_data(), count,
                                              [](auto v) { return std::int64_t{v}; });
    }
}

std::uint64_t external_number(const std::string& key, const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) {
        throw Error("external data: {} '{}' is not a number", key, text);
    }
    return number;
}

std::string read_external(const onnx::TensorProto& tensor, const std::filesystem::path& folder,
                          std::size_t bytes) {
    if (folder.empty()) throw Error("the values lie in another file (external data), which is not read here");
    std::string location;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;
    for (const auto& entry : tensor.external_data()) {
        if (entry.key() == "location") location = entry.value();
        if (entry.key() == "offset") offset = external_number("offset", entry.value());
        if (entry.key() == "length") length = external_number("length", entry.value());
    }
    const std::filesystem::path relative(location);
    if (location.empty() || relative.is_absolute() ||
        std::find(relative.begin(), relative.end(), "..") != relative.end()) {
        throw Error("external data: location '{}' is not a path inside the model's folder", location);
    }
    if (length && *length != bytes) {
        throw Error("external data '{}': {} bytes are needed, length is {}", location, bytes, *length);
    }
    std::error_code failure;
    const std::filesystem::path root = std::filesystem::weakly_canonical(folder, failure);
    const std::filesystem::path file = std::filesystem::weakly_canonical(root / relative, failure);
    // A link may lead out of the folder.
    if (std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first != root.end()) {
        throw Error("external data: location '{}' leaves the model's folder", location);
    }
    const auto size = std::filesystem::file_size(file, failure);
    if (failure) throw Error("external data '{}': {}", file.string(), failure.message());
    if (offset > size || bytes > size - offset) {
        throw Error("external data '{}': {} bytes from {} are needed, the file has {}", file.string(), bytes,
                    offset, size);
    }
    std::string raw(bytes, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(offset));
    stream.read(raw.data(), static_cast<std::streamsize>(bytes));
    if (!stream) throw Error("external data '{}' cannot be read", file.string());
    return raw;
}

}  // namespace

std::string data_type_name(int data_type) {
    if (!onnx::TensorProto::DataType_IsValid(data_type)) return fmt::format("type {}", data_type);
    return onnx::TensorProto::DataType_Name(static_cast<onnx::TensorProto::DataType>(data_type));
}

bool is_floating_point(int data_type) {
    using T = onnx::TensorProto;
    return data_type == T::FLOAT || data_type == T::DOUBLE || data_type == T::FLOAT16 ||
           data_type == T::BFLOAT16;
}

OnnxTensor read_tensor(const onnx::TensorProto& tensor, const std::filesystem::path& folder) {
    Shape shape(tensor.dims().begin(), tensor.dims().end());
    const std::int64_t count = element_count(shape, element_limit);
    const std::size_t width = element_width(tensor.data_type());
    if (width == 0) throw Error("tensors of {} are not supported", data_type_name(tensor.data_type()));
    if (tensor.has_segment()) throw Error("tensors in segments are not supported");
    const bool floating = is_floating_point(tensor.data_type());
    const std::size_t bytes = static_cast<std::size_t>(count) * width;
    const bool external = tensor.data_location() == onnx::TensorProto::EXTERNAL;
    if (external || tensor.has_raw_data()) {
        const std::string outside = external ? read_external(tensor, folder, bytes) : std::string();
        const std::string& raw = external ? outside : tensor.raw_data();
        if (raw.size() != bytes) {
            throw Error("shape {} of {} needs {} bytes, {} are stored", to_string(shape),
                        data_type_name(tensor.data_type()), bytes, raw.size());
        }
        if (floating) return Tensor<float>(std::move(shape), floats_from_raw(tensor.data_type(), raw));
        return Tensor<std::int64_t>(std::move(shape), integers_from_raw(tensor.data_type(), raw));
    }
    if (floating) return Tensor<float>(std::move(shape), floats_from_fields(tensor, count));
    return Tensor<std::int64_t>(std::move(shape), integers_from_fields(tensor, count));
}

NamedOnnxTensor read_onnx_tensor(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error("{}: cannot be opened", file.string());
    onnx::TensorProto tensor;
    if (!tensor.ParseFromIstream(&stream)) throw Error("{}: not an ONNX tensor", file.string());
    try {
        return {tensor.name(), data_type_name(tensor.data_type()), read_tensor(tensor, {})};
    } catch (const Error& error) {
        throw Error("{}: {}", file.string(), error.what());
    }
}

}  // namespace quell::network
