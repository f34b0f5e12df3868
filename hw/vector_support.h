// Registers that lie side by side are stepped by vector instructions where the processor has them; the plain
// loops beside them do the same everywhere.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace quell::hw {

// 64-bit registers of one vector instruction; the arrays of cores are padded to whole vectors.
inline constexpr int kVector = 4;

inline bool has_avx2() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") != 0;
#else
    return false;
#endif
}

}  // namespace quell::hw
