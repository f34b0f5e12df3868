#include "models/base/error.h"
#include "models/network/dataset/image_decoders.h"

#include <csetjmp>
#include <cstdio>
// libjpeg's header relies on the above.
#include <jpeglib.h>

namespace quell::network {
namespace {

// A progressive image may go over all of its coefficients again and again; encoders do so about ten times.
constexpr int most_scans = 200;

// libjpeg's errors come out of its callbacks by longjmp, over frames of C alone.
class JpegDecoder {
public:
    explicit JpegDecoder(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
        info_.err = jpeg_std_error(&handlers_.manager);
        handlers_.manager.error_exit = [](j_common_ptr info) { give_up(info); };
        handlers_.manager.emit_message = [](j_common_ptr info, int level) {
            if (level < 0) give_up(info);  // a warning: the data is corrupt
        };
    }
    ~JpegDecoder() { jpeg_destroy_decompress(&info_); }
    JpegDecoder(const JpegDecoder&) = delete;
    JpegDecoder& operator=(const JpegDecoder&) = delete;

    RgbImage decode() {
        if (!begin()) throw Error("{}", handlers_.message);
        require_decodable(info_.image_height, info_.image_width);
        image_.height = info_.image_height;
        image_.width = info_.image_width;
        inverted_ = info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
        row_.resize(static_cast<std::size_t>(image_.width) * (inverted_ ? 4 : 3));
        if (!start()) throw Error("{}", handlers_.message);
        // Grows with what has come, not with what is promised.
        while (info_.output_scanline < info_.output_height) {
            if (!read_row()) throw Error("{}", handlers_.message);
            append_row();
        }
        if (!finish()) throw Error("{}", handlers_.message);
        return std::move(image_);
    }

private:
    // First in the struct, so that libjpeg's pointer to the manager is one to the whole.
    struct Handlers {
        jpeg_error_mgr manager;
        std::jmp_buf jump;
        char message[JMSG_LENGTH_MAX];
    };

    [[noreturn]] static void give_up(j_common_ptr info) {
        auto* const handlers = reinterpret_cast<Handlers*>(info->err);
        info->err->format_message(info, handlers->message);
        std::longjmp(handlers->jump, 1);
    }

    // The steps have no objects of their own that a longjmp would leave behind; false: `message` says why.
    bool begin() {
        if (setjmp(handlers_.jump) != 0) return false;
        jpeg_create_decompress(&info_);
        jpeg_mem_src(&info_, bytes_.data(), static_cast<unsigned long>(bytes_.size()));
        jpeg_read_header(&info_, TRUE);
        return true;
    }
    bool start() {
        if (setjmp(handlers_.jump) != 0) return false;
        info_.out_color_space = inverted_ ? JCS_CMYK : JCS_RGB;
        progress_.progress_monitor = [](j_common_ptr info) {
            if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= most_scans) return;
            auto* const handlers = reinterpret_cast<Handlers*>(info->err);
            std::snprintf(handlers->message, sizeof handlers->message, "it has more than %d scans",
                          most_scans);
            std::longjmp(handlers->jump, 1);
        };
        info_.progress = &progress_;
        jpeg_start_decompress(&info_);
        return true;
    }
    bool read_row() {
        if (setjmp(handlers_.jump) != 0) return false;
        JSAMPROW row = row_.data();
        jpeg_read_scanlines(&info_, &row, 1);
        return true;
    }
    bool finish() {
        if (setjmp(handlers_.jump) != 0) return false;
        jpeg_finish_decompress(&info_);
        return true;
    }

    // a b / 255, rounded.
    static unsigned scaled(unsigned a, unsigned b) {
        const unsigned product = a * b + 128;
        return (product + (product >> 8)) >> 8;
    }

    void append_row() {
        if (!inverted_) {
            image_.pixels.insert(image_.pixels.end(), row_.begin(), row_.end());
            return;
        }
        // Adobe's files hold 255 - ink; red is what cyan and black let through.
        for (std::size_t at = 0; at < row_.size(); at += 4) {
            const unsigned light = row_[at + 3];
            for (std::size_t ink = 0; ink < 3; ++ink)
                image_.pixels.push_back(
                    static_cast<std::uint8_t>(light - scaled(255U - row_[at + ink], light)));
        }
    }

    std::span<const std::uint8_t> bytes_;
    Handlers handlers_{};
    jpeg_decompress_struct info_{};
    jpeg_progress_mgr progress_{};
    bool inverted_ = false;
    std::vector<std::uint8_t> row_;
    RgbImage image_;
};

}  // namespace

RgbImage decode_jpeg(std::span<const std::uint8_t> bytes) {
    return JpegDecoder(bytes).decode();
}

}  // namespace quell::network
