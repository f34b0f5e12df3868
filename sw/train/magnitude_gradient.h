// How noise that is proportional to a map's magnitude depends on the map.
//
// The usual straight-through gradient takes the noise for a constant, and so cannot see that a network with
// smaller extremes has less noise. This one can: y + magnitude(y) u is differentiated with respect to both
// places of y, u alone being a constant.
#pragma once

#include "models/config/noise_config.h"

namespace at {
class Tensor;
}

namespace quell::train {

struct MagnitudeGradient {
    config::NoiseMagnitude reading = config::NoiseMagnitude::max_abs;
    config::NoiseScope scope = config::NoiseScope::image;  // layer: a constant, straight-through is exact

    // The loss's gradient with respect to y, (N,C,H,W) or (N,K): from that with respect to y + noise.
    at::Tensor of(const at::Tensor& y, const at::Tensor& noise, const at::Tensor& gradient) const;
};

}  // namespace quell::train
