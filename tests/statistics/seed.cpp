#include "tests/statistics/seed.h"

#include <cstdlib>
#include <iostream>

namespace quell::statistics {

std::uint64_t announced_seed() {
    const char* given = std::getenv("QUELL_STATISTICS_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
    std::cout << "QUELL_STATISTICS_SEED=" << seed << '\n';
    return seed;
}

}  // namespace quell::statistics
