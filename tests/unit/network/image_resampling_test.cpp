#include "models/network/dataset/image_resampling.h"

#include "models/base/sha256.h"
#include "tests/support/catch.h"

using namespace quell;
using namespace quell::network;
using config::Interpolation;

namespace {

// Red, green, blue of pixel (x, y) are (37 x + 91 y + 7 x y + 53 c) mod 256.
RgbImage pattern(std::int64_t height, std::int64_t width) {
    RgbImage image{height, width, {}};
    for (std::int64_t y = 0; y < height; ++y) {
        for (std::int64_t x = 0; x < width; ++x) {
            for (std::int64_t c = 0; c < 3; ++c)
                image.pixels.push_back(
                    static_cast<std::uint8_t>((37 * x + 91 * y + 53 * c + 7 * x * y) % 256));
        }
    }
    return image;
}

std::vector<std::uint8_t> resized(const RgbImage& image, std::int64_t shorter, Extent extent,
                                  Interpolation interpolation = Interpolation::bilinear) {
    std::vector<std::uint8_t> planes(static_cast<std::size_t>(3 * extent.height * extent.width));
    const Extent all = resized_extent({image.height, image.width}, shorter);
    resize_and_crop(image, all, centre_crop(all, extent), interpolation, planes);
    return planes;
}

RgbImage gray_row(const std::vector<std::uint8_t>& values) {
    RgbImage image{1, static_cast<std::int64_t>(values.size()), {}};
    for (const std::uint8_t value : values) image.pixels.insert(image.pixels.end(), 3, value);
    return image;
}

std::vector<std::uint8_t> first_plane_of_row(const RgbImage& image, std::int64_t width) {
    std::vector<std::uint8_t> planes(static_cast<std::size_t>(3 * width));
    resize_and_crop(image, {1, width}, {0, 0, {1, width}}, Interpolation::bilinear, planes);
    planes.resize(static_cast<std::size_t>(width));
    return planes;
}

}  // namespace

TEST_CASE("a row is resized as calculated by hand") {
    // 4 to 2: centres 1 and 3, reach 2. Pixels 0 to 2 at distances 1/4, 1/4, 3/4 of the reach: weights 3, 3,
    // 1 of 7.
    CHECK(first_plane_of_row(gray_row({0, 70, 140, 210}), 2) == std::vector<std::uint8_t>{50, 160});
    // 2 to 4, no antialiasing: 3/4 and 1/4 in the middle, the edges as they are.
    CHECK(first_plane_of_row(gray_row({0, 100}), 4) == std::vector<std::uint8_t>{0, 25, 75, 100});
    // Half a level goes up: 1/4 of 2 is 0.5.
    CHECK(first_plane_of_row(gray_row({0, 2}), 4) == std::vector<std::uint8_t>{0, 1, 2, 2});
}

TEST_CASE(
    "the shorter side becomes what is asked for, the longer is rounded down, the crop is in the middle") {
    CHECK(resized_extent({375, 500}, 256) == Extent{256, 341});
    CHECK(resized_extent({500, 375}, 256) == Extent{341, 256});
    CHECK(resized_extent({64, 64}, 32) == Extent{32, 32});
    // 117 / 2 = 58.5 goes to 58, 19 / 2 = 9.5 to 10, as Python's round does.
    const Crop crop = centre_crop({243, 341}, {224, 224});
    CHECK(crop.left == 58);
    CHECK(crop.top == 10);
    CHECK(centre_crop({256, 256}, {224, 224}).top == 16);
}

// Of Pillow 9.4: Image.resize, then crop where torchvision's Resize and CenterCrop put it. To the bit.
TEST_CASE("resizing comes to the pixels of Pillow") {
    CHECK(resized(pattern(5, 7), 4, {2, 3}) == std::vector<std::uint8_t>{142, 136, 82, 112, 144, 158, 148, 94,
                                                                         135, 117, 170, 128, 118, 120, 140,
                                                                         170, 128, 133});
    CHECK(resized(pattern(5, 7), 4, {2, 3}, Interpolation::bicubic) ==
          std::vector<std::uint8_t>{150, 134, 69, 105, 147, 168, 149, 78, 135, 112, 186, 127, 109, 115, 142,
                                    183, 130, 130});
    CHECK(resized(pattern(3, 2), 5, {4, 4}) ==
          std::vector<std::uint8_t>{52,  56,  73,  89,  91,  95,  113, 131, 130, 134, 154, 173,
                                    169, 174, 194, 214, 105, 109, 126, 142, 144, 148, 166, 184,
                                    183, 177, 152, 127, 222, 205, 138, 69,  158, 162, 179, 195,
                                    197, 201, 219, 237, 126, 131, 150, 169, 56,  60,  81,  101});
    CHECK(resized(pattern(3, 2), 5, {4, 4}, Interpolation::bicubic) ==
          std::vector<std::uint8_t>{43,  47,  65,  83,  87,  94,  113, 132, 132, 140, 161, 182,
                                    169, 177, 200, 222, 92,  101, 127, 152, 140, 147, 166, 185,
                                    197, 186, 158, 129, 245, 216, 137, 57,  164, 170, 188, 206,
                                    193, 200, 219, 238, 126, 133, 154, 175, 43,  51,  74,  96});
    // Columns stay, rows stay: one direction alone.
    CHECK(resized(pattern(9, 4), 4, {3, 4}) ==
          std::vector<std::uint8_t>{17,  75,  133, 191, 108, 173, 238, 47,  199, 15,  87,  159,
                                    70,  128, 186, 244, 161, 226, 35,  100, 252, 68,  140, 212,
                                    123, 181, 239, 41,  214, 23,  88,  153, 49,  121, 193, 9});
}

TEST_CASE("resizing to ImageNet's extent comes to the pixels of Pillow") {
    const auto digest = [](const std::vector<std::uint8_t>& planes) {
        return sha256(std::as_bytes(std::span(planes)));
    };
    CHECK(digest(resized(pattern(75, 100), 37, {32, 32})) ==
          "b84fff0d14dbd4ee7387e3ed486a24c9562895537f331417063b5e4f1732a461");
    CHECK(digest(resized(pattern(300, 211), 256, {224, 224})) ==
          "6dd86bca2f5983618e0d9d15809be7dd146609e65e4533e16cc5c5a44e47fb9b");
    CHECK(digest(resized(pattern(300, 211), 256, {224, 224}, Interpolation::bicubic)) ==
          "5b71d4975dc5fa6fc344cfd836bf07abf155ca7c4d4e24d406fa6147177d4020");
}
