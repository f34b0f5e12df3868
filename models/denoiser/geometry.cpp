#include "models/denoiser/geometry.h"

#include "models/base/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace quell::denoiser {

std::int64_t Geometry::parameters() const {
    const std::int64_t weights = channels * bottleneck + 9 * bottleneck + heads() * channels * head_inputs();
    return weights + (bias ? 2 * bottleneck + heads() * channels : 0);
}

namespace {

// floor(channels * ratio) of the ratio as it is written: 29 for 0.29 of 100, although the double nearest to
// 0.29 is a little less. So the shortest decimal of that double counts.
std::int64_t part_of(std::int64_t channels, double ratio) {
    char text[32] = {};
    const auto written = std::to_chars(text, text + sizeof text - 1, ratio, std::chars_format::scientific);
    std::int64_t digits = 0;
    int exponent = 0;
    const char* at = text;
    for (bool fraction = false; at != written.ptr && *at != 'e'; ++at) {
        if (*at == '.') {
            fraction = true;
            continue;
        }
        digits = 10 * digits + (*at - '0');  // 17 of them at most
        exponent -= fraction;
    }
    if (at != written.ptr) exponent += std::atoi(at + 1);
    // channels * digits / 10^-exponent; a ratio is at most 1.
    __extension__ using Wide = unsigned __int128;
    Wide whole = static_cast<Wide>(channels) * static_cast<Wide>(digits);
    for (; exponent < 0 && whole > 0; ++exponent) whole /= 10;
    return static_cast<std::int64_t>(whole);
}

}  // namespace

Geometry make_geometry(std::int64_t channels, std::int64_t height, std::int64_t width,
                       const config::DenoiserConfig& config) {
    constexpr std::int64_t largest = std::int64_t{1} << 31, most_channels = 65536;
    if (channels < 1 || height < 1 || width < 1) {
        throw Error("a denoiser block needs channels, height and width of at least 1, {}x{}x{} came",
                    channels, height, width);
    }
    if (channels > most_channels || height > largest || width > largest ||
        height * width > largest / channels) {
        throw Error("a denoiser block takes up to {} channels and 2^31 elements, {}x{}x{} came",
                    most_channels, channels, height, width);
    }
    Geometry geometry;
    geometry.channels = channels;
    geometry.height = height;
    geometry.width = width;
    geometry.bottleneck = std::max<std::int64_t>(1, part_of(channels, config.bottleneck_ratio));
    geometry.groups = config.heads == config::Heads::grouped ? std::gcd(geometry.bottleneck, channels) : 1;
    geometry.variance_head = config.sampling == config::Sampling::stochastic;
    geometry.bias = config.bias;
    return geometry;
}

}  // namespace quell::denoiser
