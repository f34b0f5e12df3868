// Cases drawn from a seed that is printed; anew each time unless QUELL_HW_SEED gives it.
#pragma once

#include "tests/support/catch.h"

#include <cstdint>
#include <cstdlib>
#include <random>

namespace quell::test {

class DrawnCases {
public:
    DrawnCases() : seed_(given_seed()), random_(seed_) { WARN("QUELL_HW_SEED=" << seed_); }

    // Both ends included.
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return least + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most - least + 1));
    }
    int integer(int least, int most) { return static_cast<int>(between(least, most)); }
    bool one_in(int count) { return between(1, count) == 1; }

    unsigned seed() const { return seed_; }

private:
    static unsigned given_seed() {
        const char* given = std::getenv("QUELL_HW_SEED");
        return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                                : std::random_device{}();
    }

    unsigned seed_;
    std::mt19937_64 random_;
};

}  // namespace quell::test
