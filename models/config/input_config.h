// How pixels reach a network: (x * scale - mean) / std, mean and std per channel. Immutable once validated.
#pragma once

#include <vector>

namespace quell::config {

struct InputConfig {
    double scale = 1.0 / 255;
    std::vector<double> mean{0.485, 0.456, 0.406};       // one per channel, or one for all
    std::vector<double> deviation{0.229, 0.224, 0.225};  // option std
};

}  // namespace quell::config
