#include "sw/train/magnitude_gradient.h"

#include <ATen/ATen.h>

namespace quell::train {

using config::NoiseMagnitude;
using config::NoiseScope;

at::Tensor MagnitudeGradient::of(const at::Tensor& y, const at::Tensor& noise,
                                 const at::Tensor& gradient) const {
    const at::Tensor weighted = gradient * noise;
    if (reading == NoiseMagnitude::per_element) {
        // noise = |y| u: its derivative is sign(y) u = noise / y, and 0 where y is.
        return gradient + at::where(y == 0, at::zeros_like(y), weighted / y);
    }
    if (scope == NoiseScope::layer) return gradient;
    // Every row one scope.
    const bool channels = scope == NoiseScope::channel && y.dim() == 4;
    const std::int64_t rows = channels ? y.size(0) * y.size(1) : y.size(0);
    const at::Tensor values = y.reshape({rows, -1});
    const at::Tensor total = weighted.reshape({rows, -1}).sum(1, true);
    at::Tensor own;  // the magnitude's gradient over the magnitude
    switch (reading) {
        case NoiseMagnitude::max_abs: {
            const auto [largest, place] = values.abs().max(1, true);
            const at::Tensor extreme = values.gather(1, place);
            own = at::zeros_like(values).scatter(1, place,
                                                 at::where(extreme == 0, extreme, extreme.reciprocal()));
            break;
        }
        case NoiseMagnitude::rms: {
            const at::Tensor squares = values.square().sum(1, true);
            own = values / squares.clamp_min(1e-30);
            break;
        }
        default: {
            const at::Tensor sums = values.abs().sum(1, true);
            own = values.sign() / sums.clamp_min(1e-30);
        }
    }
    return gradient + (own * total).reshape(y.sizes());
}

}  // namespace quell::train
