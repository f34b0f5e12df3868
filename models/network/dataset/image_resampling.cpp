#include "models/network/dataset/image_resampling.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace quell::network {
namespace {

constexpr int fraction_bits = 22;
constexpr std::int64_t channels = 3;

double bilinear(double t) {
    return std::max(0.0, 1 - std::fabs(t));
}

double bicubic(double t) {
    constexpr double a = -0.5;
    t = std::fabs(t);
    if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
    if (t < 2) return (((t - 5) * t + 8) * t - 4) * a;
    return 0;
}

// Of one output pixel.
struct Taps {
    std::int64_t first = 0;
    std::vector<std::int32_t> weights;
};

// For outputs first..first + count - 1 of `resized`, along an axis of `extent` pixels.
std::vector<Taps> make_taps(std::int64_t extent, std::int64_t resized, std::int64_t first, std::int64_t count,
                            config::Interpolation interpolation) {
    const bool cubic = interpolation == config::Interpolation::bicubic;
    const double scale = static_cast<double>(extent) / static_cast<double>(resized);
    const double spread = std::max(scale, 1.0), reach = (cubic ? 2 : 1) * spread;
    std::vector<Taps> all;
    for (std::int64_t x = first; x < first + count; ++x) {
        const double centre = (static_cast<double>(x) + 0.5) * scale;
        Taps taps;
        taps.first = std::max<std::int64_t>(static_cast<std::int64_t>(centre - reach + 0.5), 0);
        const auto end = std::min(static_cast<std::int64_t>(centre + reach + 0.5), extent);
        std::vector<double> weights;
        double sum = 0;
        for (std::int64_t i = taps.first; i < end; ++i) {
            const double t = (static_cast<double>(i) - centre + 0.5) * (1 / spread);
            weights.push_back(cubic ? bicubic(t) : bilinear(t));
            sum += weights.back();
        }
        for (const double weight : weights) {
            taps.weights.push_back(
                static_cast<std::int32_t>(std::lround(std::ldexp(weight / sum, fraction_bits))));
        }
        all.push_back(std::move(taps));
    }
    return all;
}

// The weighted mean of values `stride` apart.
std::uint8_t mean(const Taps& taps, const std::uint8_t* values, std::int64_t stride) {
    std::int64_t sum = std::int64_t{1} << (fraction_bits - 1);
    for (const std::int32_t weight : taps.weights) {
        sum += static_cast<std::int64_t>(weight) * *values;
        values += stride;
    }
    return static_cast<std::uint8_t>(std::clamp<std::int64_t>(sum >> fraction_bits, 0, 255));
}

}  // namespace

Extent resized_extent(Extent image, std::int64_t shorter_side) {
    if (image.width <= image.height) return {shorter_side * image.height / image.width, shorter_side};
    return {shorter_side, shorter_side * image.width / image.height};
}

Crop centre_crop(Extent image, Extent crop) {
    const auto place = [](std::int64_t spare) {
        const std::int64_t down = spare / 2;
        return down + (spare % 2 != 0 && down % 2 != 0 ? 1 : 0);
    };
    return {place(image.height - crop.height), place(image.width - crop.width), crop};
}

void resize_and_crop(const RgbImage& image, Extent resized, const Crop& crop,
                     config::Interpolation interpolation, std::span<std::uint8_t> planes) {
    const auto [height, width] = crop.extent;
    // An axis that stays has one tap of weight 1 a pixel, which changes nothing.
    const auto taps = [interpolation](std::int64_t extent, std::int64_t to, std::int64_t first,
                                      std::int64_t count) {
        if (extent != to) return make_taps(extent, to, first, count, interpolation);
        std::vector<Taps> same;
        for (std::int64_t x = first; x < first + count; ++x) same.push_back({x, {1 << fraction_bits}});
        return same;
    };
    const std::vector<Taps> across = taps(image.width, resized.width, crop.left, width),
                            down = taps(image.height, resized.height, crop.top, height);
    const std::int64_t first_row = down.front().first,
                       end_row = down.back().first + static_cast<std::int64_t>(down.back().weights.size());
    std::vector<std::uint8_t> rows(static_cast<std::size_t>((end_row - first_row) * width * channels));
    std::uint8_t* to = rows.data();
    for (std::int64_t y = first_row; y < end_row; ++y) {
        const std::uint8_t* const row = image.pixels.data() + y * image.width * channels;
        for (const Taps& t : across) {
            for (std::int64_t c = 0; c < channels; ++c)
                *to++ = mean(t, row + t.first * channels + c, channels);
        }
    }
    std::uint8_t* pixel = planes.data();
    for (std::int64_t c = 0; c < channels; ++c) {
        for (const Taps& t : down) {
            const std::uint8_t* const from = rows.data() + (t.first - first_row) * width * channels + c;
            for (std::int64_t x = 0; x < width; ++x)
                *pixel++ = mean(t, from + x * channels, width * channels);
        }
    }
}

}  // namespace quell::network
