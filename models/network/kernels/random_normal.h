// Normal numbers by counter, for RandomNormalLike.
#pragma once

#include <cstdint>

namespace quell::network::kernels {

// y[i] = mean + scale * z, the z of element i of an image drawn by Box-Muller in double precision from Philox
// words keyed by (seed, image, node, i).
void random_normal(std::uint64_t seed, std::int64_t image, std::uint32_t node, float mean, float scale,
                   std::int64_t count, float* y);

}  // namespace quell::network::kernels
