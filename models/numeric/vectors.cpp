#include "models/numeric/vectors.h"

namespace quell::numeric {

bool has_vectors() {
#if defined(QUELL_VECTORS)
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
#else
    return false;
#endif
}

}  // namespace quell::numeric
