#include "models/base/error.h"
#include "models/network/dataset/image_decoders.h"

#include <png.h>

#include <algorithm>
#include <cstdio>

namespace quell::network {
namespace {

// libpng's errors come out of its callbacks by longjmp, over frames of C alone.
class PngDecoder {
public:
    explicit PngDecoder(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, give_up, [](png_structp, const char*) {});
        if (png_ != nullptr) info_ = png_create_info_struct(png_);
        if (info_ == nullptr) {
            png_destroy_read_struct(&png_, nullptr, nullptr);
            throw Error("libpng has no memory, or is of another version than its header");
        }
    }
    ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
    PngDecoder(const PngDecoder&) = delete;
    PngDecoder& operator=(const PngDecoder&) = delete;

    RgbImage decode() {
        if (!begin()) throw Error("{}", message_);
        image_.height = png_get_image_height(png_, info_);
        image_.width = png_get_image_width(png_, info_);
        require_decodable(image_.height, image_.width);
        // Deflate packs at most 1,032 bytes into one: with less, memory is not even taken.
        const std::int64_t packed = image_.height * static_cast<std::int64_t>(png_get_rowbytes(png_, info_));
        if (packed / 1100 > static_cast<std::int64_t>(bytes_.size())) {
            throw Error("{} bytes cannot hold {}x{} pixels, it is cut short", bytes_.size(), image_.height,
                        image_.width);
        }
        if (!choose_rgb()) throw Error("{}", message_);
        const auto row = static_cast<std::size_t>(image_.width) * 3;
        if (png_get_rowbytes(png_, info_) != row) throw Error("its pixels do not become 8-bit RGB");
        image_.pixels.resize(static_cast<std::size_t>(image_.height) * row);
        if (!read_rows()) throw Error("{}", message_);
        return std::move(image_);
    }

private:
    [[noreturn]] static void give_up(png_structp png, const char* message) {
        auto* const decoder = static_cast<PngDecoder*>(png_get_error_ptr(png));
        std::snprintf(decoder->message_, sizeof decoder->message_, "%s", message);
        png_longjmp(png, 1);
    }

    static void give_bytes(png_structp png, png_bytep to, std::size_t count) {
        auto* const decoder = static_cast<PngDecoder*>(png_get_io_ptr(png));
        if (count > decoder->bytes_.size() - decoder->at_) png_error(png, "it is cut short");
        std::copy_n(decoder->bytes_.data() + decoder->at_, count, to);
        decoder->at_ += count;
    }

    // The steps have no objects of their own that a longjmp would leave behind; false: `message_` says why.
    bool begin() {
        if (setjmp(png_jmpbuf(png_)) != 0) return false;
        png_set_read_fn(png_, this, give_bytes);
        png_read_info(png_, info_);
        return true;
    }
    bool choose_rgb() {
        if (setjmp(png_jmpbuf(png_)) != 0) return false;
        const int kind = png_get_color_type(png_, info_), bits = png_get_bit_depth(png_, info_);
        if (kind == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png_);
        if (kind == PNG_COLOR_TYPE_GRAY && bits < 8) png_set_expand_gray_1_2_4_to_8(png_);
        if (bits == 16) png_set_scale_16(png_);
        if ((kind & PNG_COLOR_MASK_COLOR) == 0) png_set_gray_to_rgb(png_);
        png_set_strip_alpha(png_);
        passes_ = png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        return true;
    }
    bool read_rows() {
        if (setjmp(png_jmpbuf(png_)) != 0) return false;
        for (int pass = 0; pass < passes_; ++pass) {
            for (std::int64_t y = 0; y < image_.height; ++y)
                png_read_row(png_, image_.pixels.data() + y * image_.width * 3, nullptr);
        }
        png_read_end(png_, nullptr);
        return true;
    }

    std::span<const std::uint8_t> bytes_;
    std::size_t at_ = 0;
    char message_[200] = {};
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
    int passes_ = 1;
    RgbImage image_;
};

}  // namespace

RgbImage decode_png(std::span<const std::uint8_t> bytes) {
    return PngDecoder(bytes).decode();
}

}  // namespace quell::network
