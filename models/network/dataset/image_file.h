// JPEG and PNG files as pixels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quell::network {

struct RgbImage {
    std::int64_t height = 0, width = 0;
    std::vector<std::uint8_t> pixels;  // (H,W,3): red, green, blue
};

// Larger images count as unreadable: 300 MB of pixels.
inline constexpr std::int64_t most_pixels = 100'000'000;

// Whichever of both its first bytes say. Gray becomes RGB, alpha is dropped, palettes are looked up, 16 bits
// are rounded to 8 (v 255 / 65535), CMYK is taken as inverted. Gamma, colour profiles and EXIF are ignored.
// Throws Error naming the file when it is no such file, cut short, or anything in it draws an error (of
// libjpeg: or a warning).
RgbImage read_image_file(const std::string& path);

// Whether a file's name says that it holds an image, of these kinds or of others.
bool is_image_name(const std::string& name);

}  // namespace quell::network
