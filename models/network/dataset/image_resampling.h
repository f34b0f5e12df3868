// Images made larger or smaller, with antialiasing, as Pillow's Image.resize does it for 8-bit channels.
#pragma once

#include "models/config/input_config.h"
#include "models/network/dataset/image_file.h"

#include <cstdint>
#include <span>

namespace quell::network {

struct Extent {
    std::int64_t height, width;
    bool operator==(const Extent&) const = default;
};

struct Crop {
    std::int64_t top, left;
    Extent extent;
};

// `image` with its shorter side of so many pixels, the longer in proportion, rounded down.
Extent resized_extent(Extent image, std::int64_t shorter_side);

// The crop of this extent in the middle; where a half is left over, to the even of the two places, as Python
// and so torchvision's CenterCrop round. `image` has to be as large.
Crop centre_crop(Extent image, Extent crop);

// The crop out of the image resized to `resized`, as planes (3,h,w).
//
// Every output pixel is a weighted mean of input pixels, along rows first, then along columns. With s = input
// extent / output extent and f = max(s, 1), output x lies at c = (x + 0.5) s of the input; input pixels i
// from round(c - r f) to round(c + r f) - 1 have weights w((i + 0.5 - c) / f), normalised to a sum of 1, in
// 22 fraction bits. bilinear: w(t) = 1 - |t|, r = 1; bicubic: Keys' kernel with a = -1/2, r = 2. Each of both
// steps rounds half up and clamps to 0..255; a direction whose extent stays is left alone.
void resize_and_crop(const RgbImage& image, Extent resized, const Crop& crop,
                     config::Interpolation interpolation, std::span<std::uint8_t> planes);

}  // namespace quell::network
