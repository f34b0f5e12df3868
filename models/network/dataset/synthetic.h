// A labelled set that needs no file: ten classes of textures and shapes, 3x32x32, computed from the place in
// the set. Colours, place, size, angle, a gradient behind and noise of the pixels vary from image to image.
//
// Only sums, products, quotients and square roots of doubles are used, which IEEE 754 rounds alike
// everywhere: the same pixels on any machine.
#pragma once

#include "models/network/dataset/labelled_images.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace quell::network {

inline constexpr std::array<std::string_view, 10> synthetic_classes = {
    "stripes", "checkerboard", "dots", "rings", "disc", "circle", "square", "frame", "triangle", "cross"};

enum class SyntheticPart { train, test };
inline constexpr std::int64_t synthetic_train_images = 20000, synthetic_test_images = 2000;

// The first `count` images; classes take turns. Throws Error for a count below 1 or above that of the part.
LabelledImages synthetic_images(SyntheticPart part, std::int64_t count);

// How much of the figure's colour lies at (u, v), in pixels from its centre and along its axes: 0 to 1.
// `size`: radius or half side of a shape, period of a texture.
double synthetic_figure(std::int64_t label, double size, double u, double v);

}  // namespace quell::network
