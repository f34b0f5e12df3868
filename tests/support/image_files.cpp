#include "tests/support/image_files.h"

#include <csetjmp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
// libjpeg's header relies on the above.
#include <jpeglib.h>
#include <png.h>

namespace quell::test {
namespace {

struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

File create(const std::string& path) {
    File file(std::fopen(path.c_str(), "wb"));
    if (file == nullptr) throw std::runtime_error(path + ": cannot be written");
    return file;
}

int colour_type(PngKind kind) {
    switch (kind) {
        case PngKind::gray:
            return PNG_COLOR_TYPE_GRAY;
        case PngKind::gray_alpha:
            return PNG_COLOR_TYPE_GRAY_ALPHA;
        case PngKind::rgba:
            return PNG_COLOR_TYPE_RGB_ALPHA;
        case PngKind::palette:
            return PNG_COLOR_TYPE_PALETTE;
        case PngKind::rgb:
            break;
    }
    return PNG_COLOR_TYPE_RGB;
}

}  // namespace

void write_png(const std::string& path, const PngImage& image) {
    const File file = create(path);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file.get());
    png_set_IHDR(png, info, static_cast<png_uint_32>(image.width), static_cast<png_uint_32>(image.height),
                 image.bits, colour_type(image.kind),
                 image.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    std::vector<png_color> palette;
    for (std::size_t i = 0; i < image.palette.size(); i += 3)
        palette.push_back({image.palette[i], image.palette[i + 1], image.palette[i + 2]});
    if (!palette.empty()) png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
    png_write_info(png, info);
    const std::size_t row = png_get_rowbytes(png, info);
    if (image.bytes.size() != row * static_cast<std::size_t>(image.height))
        throw std::runtime_error(path + ": other bytes than rows");
    const int passes = image.interlaced ? png_set_interlace_handling(png) : 1;
    for (int pass = 0; pass < passes; ++pass) {
        for (std::size_t y = 0; y < static_cast<std::size_t>(image.height); ++y)
            png_write_row(png, image.bytes.data() + y * row);
    }
    png_write_end(png, nullptr);
    png_destroy_write_struct(&png, &info);
}

void write_jpeg(const std::string& path, const JpegImage& image) {
    const File file = create(path);
    jpeg_compress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    jpeg_stdio_dest(&info, file.get());
    info.image_width = static_cast<JDIMENSION>(image.width);
    info.image_height = static_cast<JDIMENSION>(image.height);
    info.input_components = image.components;
    info.in_color_space = image.components == 1 ? JCS_GRAYSCALE : image.components == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, image.quality, TRUE);
    if (image.progressive) jpeg_simple_progression(&info);
    jpeg_start_compress(&info, TRUE);
    const auto row = static_cast<std::size_t>(image.width * image.components);
    std::vector<std::uint8_t> bytes = image.bytes;
    while (info.next_scanline < info.image_height) {
        JSAMPROW at = bytes.data() + info.next_scanline * row;
        jpeg_write_scanlines(&info, &at, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
}

void write_planes(const std::string& path, int width, int height, const std::vector<std::uint8_t>& planes) {
    PngImage image{width, height, PngKind::rgb, 8, {}, {}, false};
    const auto plane = static_cast<std::size_t>(width * height);
    for (std::size_t i = 0; i < plane; ++i) {
        for (std::size_t c = 0; c < 3; ++c) image.bytes.push_back(planes.at(c * plane + i));
    }
    write_png(path, image);
}

std::string file_bytes(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace quell::test
