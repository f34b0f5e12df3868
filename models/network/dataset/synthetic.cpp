#include "models/network/dataset/synthetic.h"

#include "models/numeric/counter_random.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace quell::network {
namespace {

constexpr std::int64_t side = 32, channels = 3;
constexpr std::uint64_t seed = 1;

// Lanes of one image's random words.
enum Lane : std::uint32_t { placement, colours, gradient, first_pixel };

// Covered where `inside` (pixels from the edge) is positive, with an edge one pixel wide.
double covered(double inside) {
    return std::clamp(inside + 0.5, 0.0, 1.0);
}

// Pixels from the nearest border of the stripes of a period, positive in every other one.
double stripe(double at, double period) {
    const double phase = at / period - std::floor(at / period);
    return period * (0.25 - std::fabs(phase - 0.5));
}

double uniform(std::uint32_t word, double low, double high) {
    return low + (high - low) * (word + 0.5) / 4294967296.0;
}

class Painter {
public:
    Painter(SyntheticPart part, std::int64_t index) : part_(part), index_(index) {}

    void paint(std::int64_t label, std::uint8_t* pixels) const {
        const auto place = words(placement), shade = words(gradient);
        const bool texture = label < 4;
        const double centre_x = side / 2.0 + uniform(place[0], -5, 5);
        const double centre_y = side / 2.0 + uniform(place[1], -5, 5);
        const double size = texture ? uniform(place[2], 5, 9) : uniform(place[2], 6, 11);
        // Up to 40 degrees either way: tangent of half the angle, so that no function is needed.
        const double half = uniform(place[3], -0.364, 0.364);
        const double cosine = (1 - half * half) / (1 + half * half), sine = 2 * half / (1 + half * half);
        const auto [back, figure] = two_colours();
        const double slope_x = uniform(shade[0], -1.5, 1.5), slope_y = uniform(shade[1], -1.5, 1.5);
        for (std::int64_t y = 0; y < side; ++y) {
            for (std::int64_t x = 0; x < side; ++x) {
                const double dx = static_cast<double>(x) + 0.5 - centre_x,
                             dy = static_cast<double>(y) + 0.5 - centre_y;
                const double part =
                    synthetic_figure(label, size, cosine * dx + sine * dy, cosine * dy - sine * dx);
                const double light = slope_x * (static_cast<double>(x) - side / 2.0) +
                                     slope_y * (static_cast<double>(y) - side / 2.0);
                const std::int64_t pixel = y * side + x;
                const auto noise = words(static_cast<std::uint32_t>(first_pixel + pixel));
                for (std::int64_t c = 0; c < channels; ++c) {
                    const auto i = static_cast<std::size_t>(c);
                    const double value =
                        back[i] + part * (figure[i] - back[i]) + light + uniform(noise[i], -40, 40);
                    pixels[c * side * side + pixel] =
                        static_cast<std::uint8_t>(std::floor(std::clamp(value, 0.0, 255.0)));
                }
            }
        }
    }

private:
    using Colour = std::array<double, channels>;

    std::array<std::uint32_t, 4> words(std::uint32_t lane) const {
        const auto at = static_cast<std::uint64_t>(index_) << 1 | (part_ == SyntheticPart::test ? 1U : 0U);
        return numeric::random_words(seed, numeric::Purpose::synthetic_image, at, lane);
    }

    // A colour behind and one that is 45 to 110 brighter or darker, channel by channel a little different.
    std::array<Colour, 2> two_colours() const {
        const auto drawn = words(colours);
        const auto more = words(gradient);
        const double distance = uniform(more[2], 45, 110);
        const bool brighter = (more[3] & 1) != 0;
        std::array<Colour, 2> result{};
        for (std::size_t c = 0; c < result[0].size(); ++c) {
            const double low = uniform(drawn[c], 30, 220 - distance);
            const double high = low + distance;
            result[0][c] = brighter ? low : high;
            result[1][c] = brighter ? high : low;
        }
        return result;
    }

    SyntheticPart part_;
    std::int64_t index_;
};

}  // namespace

double synthetic_figure(std::int64_t label, double size, double u, double v) {
    const double radius = std::sqrt(u * u + v * v);
    const double square = std::max(std::fabs(u), std::fabs(v));
    const double line = std::max(1.5, size / 5);  // half as wide as the lines of shapes
    switch (label) {
        case 0:
            return covered(stripe(u, size));
        case 1: {
            const double a = covered(stripe(u, size)), b = covered(stripe(v, size));
            return a + b - 2 * a * b;  // one of both
        }
        case 2: {
            const double du = u - size * std::floor(u / size + 0.5),
                         dv = v - size * std::floor(v / size + 0.5);
            return covered(0.32 * size - std::sqrt(du * du + dv * dv));
        }
        case 3:
            return covered(stripe(radius, size));
        case 4:
            return covered(size - radius);
        case 5:
            return covered(line - std::fabs(radius - size + line));
        case 6:
            return covered(size - square);
        case 7:
            return covered(line - std::fabs(square - size + line));
        case 8:
            // Corners on the circle of this radius: v = -size, and (+-0.866 size, size / 2).
            return covered(std::min(size / 2 - v, size / 2 - 0.8660254037844386 * std::fabs(u) + v / 2));
        case 9:
            return covered(std::min(line - std::min(std::fabs(u), std::fabs(v)), size - square));
        default:
            throw Error("the synthetic set has classes 0 to {}, {} came", synthetic_classes.size() - 1,
                        label);
    }
}

LabelledImages synthetic_images(SyntheticPart part, std::int64_t count) {
    const std::int64_t most = part == SyntheticPart::train ? synthetic_train_images : synthetic_test_images;
    if (count < 1 || count > most)
        throw Error("the synthetic set has {} images in this part, {} were asked for", most, count);
    constexpr auto classes = static_cast<std::int64_t>(synthetic_classes.size());
    constexpr std::int64_t size = channels * side * side;
    std::vector<std::int64_t> labels;
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(count * size));
    for (std::int64_t i = 0; i < count; ++i) {
        labels.push_back(i % classes);
        Painter(part, i).paint(labels.back(), pixels.data() + i * size);
    }
    LabelledImages images =
        images_in_memory({channels, side, side}, classes, std::move(labels), std::move(pixels));
    images.class_names.assign(synthetic_classes.begin(), synthetic_classes.end());
    return images;
}

}  // namespace quell::network
