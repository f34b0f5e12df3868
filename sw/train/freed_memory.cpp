#include "sw/train/freed_memory.h"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace quell::train {

void keep_freed_memory() {
#ifdef __GLIBC__
    constexpr int largest_threshold = 32 << 20;  // glibc takes no larger one
    mallopt(M_MMAP_THRESHOLD, largest_threshold);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

}  // namespace quell::train
