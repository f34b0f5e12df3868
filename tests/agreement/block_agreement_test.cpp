#include "tests/agreement/block_agreement.h"
#include "tests/support/catch.h"

#include <array>
#include <vector>

using namespace quell;

TEST_CASE("drawn blocks agree in bits and cycles", "[agreement]") {
    test::drawn_blocks_agree(1000);
}

TEST_CASE("corners agree in bits and cycles", "[agreement]") {
    for (const config::Schedule schedule : {config::Schedule::sequential, config::Schedule::overlapped}) {
        for (const auto& [c, h, w] : std::vector<std::array<std::int64_t, 3>>{{1, 1, 1},
                                                                              {2, 1, 1},
                                                                              {1, 1, 97},
                                                                              {1, 97, 1},
                                                                              {3, 2, 2},
                                                                              {5, 13, 17},
                                                                              {7, 31, 3},
                                                                              {65, 5, 5},
                                                                              {512, 7, 7},
                                                                              {64, 28, 28}}) {
            for (const int units : {1, 10, 64}) {
                test::BlockCase corner;
                corner.config.schedule = schedule;
                corner.config.cores = corner.config.lanes = units;
                corner.channels = c;
                corner.height = h;
                corner.width = w;
                corner.seed = 5;
                test::agree(corner);
            }
        }
    }
}
