#include "models/network/dataset/image_file.h"

#include "models/base/error.h"
#include "models/network/dataset/image_decoders.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace quell::network {
namespace {

constexpr std::uintmax_t largest_file = std::uintmax_t{1} << 30;

std::vector<std::uint8_t> read_bytes(const std::string& path) {
    std::error_code failure;
    const auto status = std::filesystem::status(path, failure);
    if (failure) throw Error("{}", failure.message());
    // Opening a pipe would wait for whoever writes into it.
    if (!std::filesystem::is_regular_file(status)) throw Error("it is no file");
    const std::uintmax_t size = std::filesystem::file_size(path, failure);
    if (failure) throw Error("{}", failure.message());
    if (size > largest_file) throw Error("it has {} bytes, {} are the most", size, largest_file);
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Error("{}", std::strerror(errno));
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size)))
        throw Error("not all of it could be read");
    return bytes;
}

bool begins_with(const std::vector<std::uint8_t>& bytes, std::string_view signature) {
    return bytes.size() >= signature.size() &&
           std::memcmp(bytes.data(), signature.data(), signature.size()) == 0;
}

RgbImage decode(const std::vector<std::uint8_t>& bytes) {
    if (bytes.empty()) throw Error("it is empty");
    if (begins_with(bytes, "\xFF\xD8\xFF")) return decode_jpeg(bytes);
    if (begins_with(bytes, "\x89PNG\r\n\x1A\n")) return decode_png(bytes);
    throw Error("its first bytes are those of neither JPEG nor PNG");
}

}  // namespace

void require_decodable(std::int64_t height, std::int64_t width) {
    if (height < 1 || width < 1 || height > most_pixels / width)
        throw Error("it has {}x{} pixels, 1 to {} are possible", height, width, most_pixels);
}

RgbImage read_image_file(const std::string& path) {
    try {
        return decode(read_bytes(path));
    } catch (const Error& error) {
        throw Error("{}: cannot be read as an image: {}", path, error.what());
    }
}

bool is_image_name(const std::string& name) {
    std::string ending = std::filesystem::path(name).extension().string();
    std::ranges::transform(ending, ending.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array<std::string_view, 10> endings{".jpg", ".jpeg", ".png",  ".bmp", ".gif",
                                                       ".ppm", ".pgm",  ".webp", ".tif", ".tiff"};
    return std::ranges::find(endings, ending) != endings.end();
}

}  // namespace quell::network
