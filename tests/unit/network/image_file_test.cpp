#include "models/network/dataset/image_file.h"

#include "models/base/error.h"
#include "tests/support/catch.h"
#include "tests/support/image_files.h"
#include "tests/support/temporary_folder.h"

#include <sys/stat.h>

#include <filesystem>

using namespace quell;
using namespace quell::network;
using test::contains;
using test::PngKind;
using Pixels = std::vector<std::uint8_t>;

namespace {

class Files : public test::TemporaryFolder {
public:
    RgbImage png(const test::PngImage& image) const {
        test::write_png(file("image.png"), image);
        return read_image_file(file("image.png"));
    }
    RgbImage jpeg(const test::JpegImage& image) const {
        test::write_jpeg(file("image.jpg"), image);
        return read_image_file(file("image.jpg"));
    }
};

Pixels repeated(const Pixels& pixel, int count) {
    Pixels all;
    for (int i = 0; i < count; ++i) all.insert(all.end(), pixel.begin(), pixel.end());
    return all;
}

// A picture that compresses to a few kilobytes.
Pixels noise(int count) {
    Pixels bytes;
    for (unsigned i = 0; i < static_cast<unsigned>(count); ++i)
        bytes.push_back(static_cast<std::uint8_t>((i * 2654435761U) >> 24));
    return bytes;
}

}  // namespace

TEST_CASE("every kind of PNG becomes 8-bit RGB") {
    const Files files;
    const RgbImage rgb = files.png({2, 1, PngKind::rgb, 8, {1, 2, 3, 250, 251, 252}, {}});
    CHECK(rgb.height == 1);
    CHECK(rgb.width == 2);
    CHECK(rgb.pixels == Pixels{1, 2, 3, 250, 251, 252});
    CHECK(files.png({2, 1, PngKind::gray, 8, {7, 200}, {}}).pixels == Pixels{7, 7, 7, 200, 200, 200});
    // Two bits a pixel: 0, 1, 2, 3 of 3.
    CHECK(files.png({4, 1, PngKind::gray, 2, {0b00011011}, {}}).pixels ==
          Pixels{0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255});
    CHECK(files.png({2, 1, PngKind::rgba, 8, {1, 2, 3, 0, 4, 5, 6, 255}, {}}).pixels ==
          Pixels{1, 2, 3, 4, 5, 6});
    CHECK(files.png({2, 1, PngKind::gray_alpha, 8, {9, 0, 10, 128}, {}}).pixels ==
          Pixels{9, 9, 9, 10, 10, 10});
    CHECK(files.png({3, 1, PngKind::palette, 8, {2, 0, 1}, {10, 20, 30, 40, 50, 60, 70, 80, 90}}).pixels ==
          Pixels{70, 80, 90, 10, 20, 30, 40, 50, 60});
    CHECK(files.png({2, 1, PngKind::palette, 1, {0b01000000}, {1, 2, 3, 4, 5, 6}}).pixels ==
          Pixels{1, 2, 3, 4, 5, 6});
    // 16 bits: v 255 / 65535, rounded. 0x0180 = 384 gives 1.494, 0x0181 = 385 gives 1.498, 0x0182 = 386
    // gives 1.502.
    CHECK(files.png({4, 1, PngKind::gray, 16, {0x01, 0x80, 0x01, 0x82, 0xFF, 0xFF, 0x00, 0x81}, {}}).pixels ==
          Pixels{1, 1, 1, 2, 2, 2, 255, 255, 255, 1, 1, 1});
    CHECK(files.png({1, 1, PngKind::rgb, 16, {0x00, 0x00, 0x80, 0x00, 0xFF, 0x00}, {}}).pixels ==
          Pixels{0, 128, 254});
    const Pixels many = noise(3 * 37 * 21);
    CHECK(files.png({37, 21, PngKind::rgb, 8, many, {}, true}).pixels == many);
}

TEST_CASE("every kind of JPEG becomes 8-bit RGB") {
    const Files files;
    // Of one colour the discrete cosine transform keeps the mean; colour conversions round by up to one
    // level.
    const auto near = [](const RgbImage& image, const Pixels& pixel) {
        REQUIRE(image.pixels.size() == 3 * 16 * 24);
        for (std::size_t i = 0; i < image.pixels.size(); ++i)
            REQUIRE(std::abs(image.pixels[i] - pixel[i % 3]) <= 1);
        CHECK(image.height == 16);
        CHECK(image.width == 24);
    };
    near(files.jpeg({24, 16, 3, repeated({200, 30, 90}, 16 * 24)}), {200, 30, 90});
    near(files.jpeg({24, 16, 3, repeated({200, 30, 90}, 16 * 24), 100, true}), {200, 30, 90});
    near(files.jpeg({24, 16, 1, repeated({77}, 16 * 24)}), {77, 77, 77});
    // Stored inverted: what is let through by the inks (200, 100, 50) of 255, times what black lets through.
    near(files.jpeg({24, 16, 4, repeated({200, 100, 50, 255}, 16 * 24)}), {200, 100, 50});
    near(files.jpeg({24, 16, 4, repeated({200, 100, 50, 128}, 16 * 24)}), {100, 50, 25});
}

TEST_CASE("what a file holds is told by its first bytes") {
    const Files files;
    test::write_png(files.file("named.jpg"), {1, 1, PngKind::rgb, 8, {4, 5, 6}, {}});
    CHECK(read_image_file(files.file("named.jpg")).pixels == Pixels{4, 5, 6});
    CHECK(is_image_name("a.JPEG"));
    CHECK(is_image_name("b.png"));
    CHECK(is_image_name("c.bmp"));
    CHECK(!is_image_name("boxes.txt"));
    CHECK(!is_image_name("png"));
}

TEST_CASE("a file cut short anywhere is refused by a line with its name") {
    const Files files;
    test::write_jpeg(files.file("whole.jpg"), {40, 30, 3, noise(3 * 40 * 30), 90});
    test::write_jpeg(files.file("whole_progressive.jpg"), {40, 30, 3, noise(3 * 40 * 30), 90, true});
    test::write_png(files.file("whole.png"), {40, 30, PngKind::rgb, 8, noise(3 * 40 * 30), {}});
    test::write_png(files.file("whole_interlaced.png"),
                    {40, 30, PngKind::rgb, 8, noise(3 * 40 * 30), {}, true});
    for (const std::string name :
         {"whole.jpg", "whole_progressive.jpg", "whole.png", "whole_interlaced.png"}) {
        const std::string bytes = test::file_bytes(files.file(name));
        REQUIRE(bytes.size() > 200);
        CHECK_NOTHROW(read_image_file(files.file(name)));
        const std::string cut = files.file("cut");
        for (std::size_t length = 0; length + 1 < bytes.size(); length += 1 + length / 16) {
            test::write_bytes(cut, bytes.substr(0, length));
            INFO(name << " of " << length << " bytes");
            CHECK_THROWS_WITH(read_image_file(cut), test::contains(cut + ": cannot be read as an image: "));
        }
        // The last two bytes of a JPEG are its end mark.
        for (const std::size_t missing : {1, 2, 3, 12}) {
            test::write_bytes(cut, bytes.substr(0, bytes.size() - missing));
            INFO(name << " without its last " << missing << " bytes");
            CHECK_THROWS_AS(read_image_file(cut), Error);
        }
    }
}

TEST_CASE("no byte changed in a file makes more of it than an image or a line") {
    const Files files;
    test::write_jpeg(files.file("a"), {40, 30, 3, noise(3 * 40 * 30), 90});
    test::write_png(files.file("b"), {40, 30, PngKind::palette, 8, noise(40 * 30), Pixels(768, 5)});
    int refused = 0;
    for (const std::string name : {"a", "b"}) {
        const std::string bytes = test::file_bytes(files.file(name));
        for (std::size_t at = 0; at < bytes.size(); at += 1 + at / 40) {
            for (const int flip : {1, 0x80, 0xFF}) {
                std::string changed = bytes;
                changed[at] = static_cast<char>(changed[at] ^ flip);
                test::write_bytes(files.file("changed"), changed);
                try {
                    const RgbImage image = read_image_file(files.file("changed"));
                    REQUIRE(static_cast<std::int64_t>(image.pixels.size()) == 3 * image.height * image.width);
                } catch (const Error& error) {
                    ++refused;
                    REQUIRE_THAT(error.what(), contains("changed: cannot be read as an image: "));
                }
            }
        }
    }
    CHECK(refused > 100);
}

TEST_CASE("an image of enormous size is refused before memory is taken for it") {
    const Files files;
    test::write_png(files.file("a.png"), {8, 8, PngKind::rgb, 8, Pixels(192), {}});
    std::string bytes = test::file_bytes(files.file("a.png"));
    // Width and height are big-endian behind the 8 bytes of the signature, the length and the name of IHDR;
    // its checksum behind its 13 bytes has to follow (of these sizes; polynomial 0xEDB88320, PNG
    // specification, annex D).
    const auto declare = [&](std::uint32_t width, std::uint32_t height) {
        for (std::size_t i = 0; i < 4; ++i) {
            bytes[16 + i] = static_cast<char>(width >> (24 - 8 * i));
            bytes[20 + i] = static_cast<char>(height >> (24 - 8 * i));
        }
        std::uint32_t crc = 0xFFFFFFFF;
        for (std::size_t i = 12; i < 29; ++i) {
            crc ^= static_cast<unsigned char>(bytes[i]);
            for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
        }
        crc = ~crc;
        for (std::size_t i = 0; i < 4; ++i) bytes[29 + i] = static_cast<char>(crc >> (24 - 8 * i));
        test::write_bytes(files.file("a.png"), bytes);
    };
    declare(8, 8);
    CHECK_NOTHROW(read_image_file(files.file("a.png")));
    declare(100000, 100000);
    CHECK_THROWS_WITH(read_image_file(files.file("a.png")),
                      contains("a.png") && contains("100000x100000 pixels"));
    declare(10000, 9000);
    CHECK_THROWS_WITH(read_image_file(files.file("a.png")), contains("cut short"));

    test::write_jpeg(files.file("b.jpg"), {8, 8, 3, Pixels(192)});
    bytes = test::file_bytes(files.file("b.jpg"));
    // Behind the mark of the baseline frame: length (2), bits (1), height (2), width (2).
    const std::size_t frame = bytes.find("\xFF\xC0");
    REQUIRE(frame != std::string::npos);
    bytes.replace(frame + 5, 4, "\xFF\x00\xFF\x00", 4);
    test::write_bytes(files.file("b.jpg"), bytes);
    CHECK_THROWS_WITH(read_image_file(files.file("b.jpg")), contains("65280x65280 pixels"));
}

TEST_CASE("what is no image file is refused by a line with its name") {
    const Files files;
    const auto refused = [&](const std::string& name, const std::string& why) {
        CHECK_THROWS_WITH(read_image_file(files.file(name)), contains(files.file(name)) && contains(why));
    };
    refused("none.png", "No such file");
    std::filesystem::create_directory(files.file("folder.png"));
    refused("folder.png", "it is no file");
    ::mkfifo(files.file("pipe.png").c_str(), 0600);
    refused("pipe.png", "it is no file");
    std::filesystem::create_symlink("loop.png", files.file("loop.png"));
    refused("loop.png", "");
    test::write_bytes(files.file("empty.png"), "");
    refused("empty.png", "it is empty");
    test::write_bytes(files.file("a.bmp"), "BM and more");
    refused("a.bmp", "neither JPEG nor PNG");
}
