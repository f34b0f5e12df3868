// Image files for tests, by the encoders of the libraries that decode them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quell::test {

enum class PngKind { gray, gray_alpha, rgb, rgba, palette };

struct PngImage {
    int width = 0, height = 0;
    PngKind kind = PngKind::rgb;
    int bits = 8;
    std::vector<std::uint8_t> bytes;    // rows, packed as PNG packs them (16 bits: high byte first)
    std::vector<std::uint8_t> palette;  // red, green, blue, ...
    bool interlaced = false;
};
void write_png(const std::string& path, const PngImage& image);

struct JpegImage {
    int width = 0, height = 0;
    int components = 3;  // 1: gray, 3: RGB, 4: CMYK as it is stored
    std::vector<std::uint8_t> bytes;
    int quality = 100;
    bool progressive = false;
};
void write_jpeg(const std::string& path, const JpegImage& image);

// Planes (3,H,W), as data sets hold them, as a PNG of the same pixels.
void write_planes(const std::string& path, int width, int height, const std::vector<std::uint8_t>& planes);

// The whole of a file, and a file of these bytes.
std::string file_bytes(const std::string& path);
void write_bytes(const std::string& path, const std::string& bytes);

}  // namespace quell::test
