#include "models/base/npy.h"

#include "models/base/files.h"

#include <zip.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <regex>

namespace quell {

static_assert(std::endian::native == std::endian::little, "npy files are read and written in memory order");

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::int64_t kLargestArray = std::int64_t{1} << 32;  // elements: beyond any file of this project

template <typename T>
struct Element;
template <>
struct Element<std::int16_t> {
    static constexpr const char *code = "<i2", *name = "int16";
};
template <>
struct Element<std::int32_t> {
    static constexpr const char *code = "<i4", *name = "int32";
};
template <>
struct Element<std::int64_t> {
    static constexpr const char *code = "<i8", *name = "int64";
};
template <>
struct Element<float> {
    static constexpr const char *code = "<f4", *name = "float32";
};
template <>
struct Element<double> {
    static constexpr const char *code = "<f8", *name = "float64";
};
template <>
struct Element<std::uint8_t> {
    static constexpr const char *code = "|u1", *name = "uint8";
};

template <typename T>
using ElementOf = Element<typename std::decay_t<decltype(std::declval<T>().values)>::value_type>;

struct Header {
    std::string code;
    Shape shape;
    std::size_t data_offset = 0;
};

// The header is a Python dictionary: {'descr': '<i2', 'fortran_order': False, 'shape': (3, 4), }
Header parse_header(std::span<const std::byte> bytes, const std::string& where) {
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    if (bytes.size() < 10 || std::string_view(text, 6) != kMagic) throw Error("{}: not a .npy array", where);
    const int major = static_cast<unsigned char>(text[6]);
    std::size_t length = 0, start = 0;
    if (major == 1) {
        length = static_cast<unsigned char>(text[8]) + 256U * static_cast<unsigned char>(text[9]);
        start = 10;
    } else if ((major == 2 || major == 3) && bytes.size() >= 12) {
        std::uint32_t wide = 0;
        std::memcpy(&wide, text + 8, 4);
        length = wide;
        start = 12;
    } else {
        throw Error("{}: .npy format {} is not known (1, 2 and 3 are)", where, major);
    }
    constexpr std::size_t longest_header =
        1024;  // far above 32 dimensions; keeps the regular expressions short
    if (length > longest_header || start + length > bytes.size())
        throw Error("{}: the .npy header is cut off", where);
    const std::string header(text + start, length);
    static const std::regex description(R"('descr'\s*:\s*'([^']*)')"),
        order(R"('fortran_order'\s*:\s*(True|False))"), dimensions(R"('shape'\s*:\s*\(([0-9, ]*)\))");
    std::smatch match;
    Header result;
    if (!std::regex_search(header, match, description))
        throw Error("{}: the .npy header has no 'descr'", where);
    result.code = match[1];
    if (!std::regex_search(header, match, order))
        throw Error("{}: the .npy header has no 'fortran_order'", where);
    if (match[1] == "True") throw Error("{}: the array is in Fortran order, C order is expected", where);
    if (!std::regex_search(header, match, dimensions))
        throw Error("{}: the .npy header has no 'shape' of whole numbers from 0", where);
    const std::string list = match[1];
    for (std::size_t at = 0; at < list.size();) {
        if (list[at] == ' ' || list[at] == ',') {
            ++at;
            continue;
        }
        std::int64_t value = 0;
        for (; at < list.size() && list[at] >= '0' && list[at] <= '9'; ++at) {
            value = value * 10 + (list[at] - '0');
            if (value > kLargestArray)
                throw Error("{}: the array has a dimension above {}", where, kLargestArray);
        }
        result.shape.push_back(value);
    }
    result.data_offset = start + length;
    return result;
}

std::int64_t count_elements(const Shape& shape, const std::string& where) {
    try {
        return element_count(shape, kLargestArray);
    } catch (const Error& error) {
        throw Error("{}: {}", where, error.what());
    }
}

template <typename T>
NpyArray parse_values(const Header& header, std::span<const std::byte> bytes, const std::string& where) {
    const std::int64_t count = count_elements(header.shape, where);
    const std::span<const std::byte> data = bytes.subspan(header.data_offset);
    if (data.size() != static_cast<std::size_t>(count) * sizeof(T)) {
        throw Error("{}: an array {} of {} has {} bytes, {} came", where, to_string(header.shape),
                    Element<T>::name, static_cast<std::size_t>(count) * sizeof(T), data.size());
    }
    Tensor<T> tensor;
    tensor.shape = header.shape;
    tensor.values.resize(static_cast<std::size_t>(count));
    if (count > 0) std::memcpy(tensor.values.data(), data.data(), data.size());
    return tensor;
}

std::string npy_bytes(const NpyArray& array) {
    return std::visit(
        [](const auto& tensor) {
            using E = ElementOf<decltype(tensor)>;
            std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': (", E::code);
            for (const std::int64_t dimension : tensor.shape) header += fmt::format("{}, ", dimension);
            // NumPy writes a one-tuple as (3,) and others without the last comma.
            if (tensor.shape.size() > 1) {
                header.resize(header.size() - 2);
            } else if (!tensor.shape.empty()) {
                header.pop_back();
            }
            header += "), }";
            header.append(63 - (10 + header.size()) % 64, ' ');  // data starts at a multiple of 64
            header += '\n';
            std::string bytes(kMagic);
            bytes += '\x01';
            bytes += '\x00';
            bytes += static_cast<char>(header.size() & 0xFF);
            bytes += static_cast<char>(header.size() >> 8);
            bytes += header;
            bytes.append(reinterpret_cast<const char*>(tensor.values.data()),
                         tensor.values.size() * sizeof(*tensor.values.data()));
            return bytes;
        },
        array);
}

std::vector<std::byte> read_file(const std::string& path) {
    refuse_folder(path);
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) throw Error("{}: cannot be opened: {}", path, std::strerror(errno));
    const std::streamoff size = file.tellg();
    if (size < 0) throw Error("{}: cannot be read", path);
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    file.seekg(0);
    if (!file.read(reinterpret_cast<char*>(bytes.data()), size)) throw Error("{}: cannot be read", path);
    return bytes;
}

struct ZipCloser {
    void operator()(zip_t* archive) const { zip_discard(archive); }
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using ZipArchive = std::unique_ptr<zip_t, ZipCloser>;
using ZipMember = std::unique_ptr<zip_file_t, ZipCloser>;

ZipArchive open_zip(const std::string& path, int flags) {
    refuse_folder(path);
    int code = 0;
    ZipArchive archive(zip_open(path.c_str(), flags, &code));
    if (!archive) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string reason = zip_error_strerror(&error);
        zip_error_fini(&error);
        throw Error("{}: cannot be opened as .npz: {}", path, reason);
    }
    return archive;
}

}  // namespace

std::string element_type_name(const NpyArray& array) {
    return std::visit([](const auto& tensor) -> std::string { return ElementOf<decltype(tensor)>::name; },
                      array);
}

const Shape& shape_of(const NpyArray& array) {
    return std::visit([](const auto& tensor) -> const Shape& { return tensor.shape; }, array);
}

NpyArray parse_npy(std::span<const std::byte> bytes, const std::string& where) {
    const Header header = parse_header(bytes, where);
    if (header.code == "<i2") return parse_values<std::int16_t>(header, bytes, where);
    if (header.code == "<i4") return parse_values<std::int32_t>(header, bytes, where);
    if (header.code == "<i8") return parse_values<std::int64_t>(header, bytes, where);
    if (header.code == "<f4") return parse_values<float>(header, bytes, where);
    if (header.code == "<f8") return parse_values<double>(header, bytes, where);
    if (header.code == "|u1") return parse_values<std::uint8_t>(header, bytes, where);
    throw Error("{}: element type '{}' is not known (int16, int32, int64, float32, float64, uint8 are)",
                where, header.code);
}

NpyArray read_npy(const std::string& path) {
    return parse_npy(read_file(path), path);
}

void write_npy(const std::string& path, const NpyArray& array) {
    const std::string bytes = npy_bytes(array);
    std::ofstream file(path, std::ios::binary);
    if (!file) throw Error("{}: cannot be written: {}", path, std::strerror(errno));
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) throw Error("{}: cannot be written: {}", path, std::strerror(errno));
}

std::map<std::string, NpyArray> read_npz(const std::string& path) {
    const ZipArchive archive = open_zip(path, ZIP_RDONLY);
    std::map<std::string, NpyArray> arrays;
    const zip_int64_t members = zip_get_num_entries(archive.get(), 0);
    for (zip_int64_t index = 0; index < members; ++index) {
        zip_stat_t entry;
        if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(index), 0, &entry) != 0) {
            throw Error("{}: member {} cannot be read", path, index);
        }
        std::string name = entry.name;
        const std::string where = fmt::format("{}: member '{}'", path, name);
        constexpr std::string_view suffix = ".npy";
        if (!name.ends_with(suffix)) throw Error("{} is not a .npy array", where);
        name.resize(name.size() - suffix.size());
        constexpr std::uint64_t largest_member = std::uint64_t{1} << 33;
        if (entry.size > largest_member) throw Error("{} claims {} bytes", where, entry.size);
        const ZipMember member(zip_fopen_index(archive.get(), static_cast<zip_uint64_t>(index), 0));
        if (!member) throw Error("{} cannot be read: {}", where, zip_strerror(archive.get()));
        // Grown as data comes, so that a header that lies about its size costs no memory.
        std::vector<std::byte> bytes;
        constexpr std::size_t chunk = 1 << 20;
        for (;;) {
            const std::size_t have = bytes.size();
            bytes.resize(have + chunk);
            const zip_int64_t got = zip_fread(member.get(), bytes.data() + have, chunk);
            if (got < 0) throw Error("{} is damaged: {}", where, zip_file_strerror(member.get()));
            bytes.resize(have + static_cast<std::size_t>(got));
            if (got == 0) break;
            if (bytes.size() > entry.size) throw Error("{} is longer than the archive says", where);
        }
        if (bytes.size() != entry.size) throw Error("{} is cut off", where);
        if (!arrays.emplace(name, parse_npy(bytes, where)).second) throw Error("{} comes twice", where);
    }
    return arrays;
}

void write_npz(const std::string& path, const std::map<std::string, NpyArray>& arrays) {
    ZipArchive archive = open_zip(path, ZIP_CREATE | ZIP_TRUNCATE);
    std::vector<std::string> contents;  // the archive reads them when it is closed
    contents.reserve(arrays.size());
    for (const auto& [name, array] : arrays) {
        contents.push_back(npy_bytes(array));
        zip_source_t* source =
            zip_source_buffer(archive.get(), contents.back().data(), contents.back().size(), 0);
        const zip_int64_t index = source == nullptr ? -1
                                                    : zip_file_add(archive.get(), (name + ".npy").c_str(),
                                                                   source, ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            zip_source_free(source);
            throw Error("{}: member '{}' cannot be added: {}", path, name, zip_strerror(archive.get()));
        }
        // Stored with a fixed date: the same arrays give the same file.
        zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
        zip_file_set_dostime(archive.get(), static_cast<zip_uint64_t>(index), 0, 33, 0);
    }
    if (zip_close(archive.get()) != 0)
        throw Error("{}: cannot be written: {}", path, zip_strerror(archive.get()));
    archive.release();  // closed
}

}  // namespace quell
