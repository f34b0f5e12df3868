// Whether the sources that are compiled for vectors of 256 bits (AVX2 and FMA) may run here.
#pragma once

namespace quell::numeric {

bool has_vectors();

}  // namespace quell::numeric
