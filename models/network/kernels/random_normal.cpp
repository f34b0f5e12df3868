#include "models/network/kernels/random_normal.h"

#include "models/numeric/counter_random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace quell::network::kernels {
namespace {

// Two normal numbers from two words; the uniforms lie in the middle of their 2^-32 steps, never at 0.
std::array<double, 2> box_muller(std::uint32_t first, std::uint32_t second) {
    const double radius = std::sqrt(-2 * std::log((first + 0.5) * 0x1p-32));
    const double angle = 2 * std::numbers::pi * ((second + 0.5) * 0x1p-32);
    return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace

void random_normal(std::uint64_t seed, std::int64_t image, std::uint32_t node, float mean, float scale,
                   std::int64_t count, float* y) {
    for (std::int64_t i = 0; i < count; i += 4) {
        const auto counter = (static_cast<std::uint64_t>(image) << 32) | static_cast<std::uint64_t>(i / 4);
        const auto words = numeric::random_words(seed, numeric::Purpose::random_normal_like, counter, node);
        const auto low = box_muller(words[0], words[1]), high = box_muller(words[2], words[3]);
        const std::array<double, 4> normals{low[0], low[1], high[0], high[1]};
        for (std::int64_t j = 0; j < std::min<std::int64_t>(4, count - i); ++j) {
            y[i + j] = static_cast<float>(mean + scale * normals[static_cast<std::size_t>(j)]);
        }
    }
}

}  // namespace quell::network::kernels
