// The seed that the statistics draw from.
#pragma once

#include <cstdint>

namespace quell::statistics {

// 1, or what the environment variable QUELL_STATISTICS_SEED says; printed with the test's output.
std::uint64_t announced_seed();

}  // namespace quell::statistics
