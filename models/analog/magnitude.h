// The magnitude of a feature map, to which the noise of the analog tiles is proportional (design:
// noise.magnitude).
#pragma once

#include "models/config/noise_config.h"

#include <span>

namespace quell::analog {

// Of `values` (any shape, in real units), taken together; 0 for none. The sums are in double precision and in
// a fixed order, so that the same values give the same bits. Not for per_element, which has no common
// magnitude: throws Error.
double magnitude(std::span<const float> values, config::NoiseMagnitude reading);

}  // namespace quell::analog
