// What libjpeg and libpng are asked for. Both throw Error that says what is wrong, without the file's name.
#pragma once

#include "models/network/dataset/image_file.h"

#include <span>

namespace quell::network {

RgbImage decode_jpeg(std::span<const std::uint8_t> bytes);
RgbImage decode_png(std::span<const std::uint8_t> bytes);

// Throws Error for an image above `most_pixels` or of no pixels.
void require_decodable(std::int64_t height, std::int64_t width);

}  // namespace quell::network
