// How pixels reach a network: image files resized and cropped, then (x * scale - mean) / std, mean and std
// per channel. Immutable once validated.
#pragma once

#include <cstdint>
#include <vector>

namespace quell::config {

enum class Interpolation { bilinear, bicubic };

struct InputConfig {
    double scale = 1.0 / 255;
    std::vector<double> mean{0.485, 0.456, 0.406};       // one per channel, or one for all
    std::vector<double> deviation{0.229, 0.224, 0.225};  // option std
    // Of image files:
    std::int64_t resize =
        0;  // pixels of the shorter side, before the crop; 0: 256/224 of the network's extent
    Interpolation interpolation = Interpolation::bilinear;
};

}  // namespace quell::config
