// The analog noise of a run: which model, how strong, relative to what. Immutable once validated.
#pragma once

#include <cstdint>

namespace quell::config {

enum class NoiseModel {
    none,
    gaussian,  // added to the output of every product
    device     // what the cells and converters of the section device make of it
};

// The paper says "6 % of the feature map's magnitude" and leaves magnitude undefined: every reading is
// offered.
enum class NoiseMagnitude {
    max_abs,     // largest absolute value of the scope
    rms,         // root of the mean square of the scope
    mean_abs,    // mean of the absolute values of the scope
    per_element  // each element's own absolute value; the scope then plays no part
};

// Over what the magnitude is taken.
enum class NoiseScope {
    image,    // one layer's output for one image
    channel,  // one channel of it
    layer     // a constant of the layer, measured beforehand on calibration images
};

struct NoiseConfig {
    NoiseModel model = NoiseModel::gaussian;
    double sigma_percent = 6;  // standard deviation, percent of the magnitude (arXiv 2409.18553, section IV)
    double mean_percent = 0;   // mean, percent of the magnitude; may be negative
    NoiseMagnitude magnitude = NoiseMagnitude::max_abs;
    NoiseScope scope = NoiseScope::image;
    int calibration_images = 16;  // for scope = layer and for the ranges of converters
    double time_s = 20;           // device: since the chip was programmed
    std::uint64_t seed = 1;       // of the noise that is drawn anew in every product
};

}  // namespace quell::config
