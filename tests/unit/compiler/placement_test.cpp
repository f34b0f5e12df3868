// Where the compiler puts things: addresses, PEs, copies.
#include "models/base/error.h"
#include "models/timing/layer_work.h"
#include "sw/compiler/address_allocator.h"
#include "sw/compiler/grid_placement.h"
#include "sw/compiler/replication.h"
#include "tests/support/catch.h"

#include <map>
#include <random>

using namespace quell;
using namespace quell::compiler;

TEST_CASE("addresses: first fit, holes are used again, then the data memory", "[compiler]") {
    AddressAllocator memory(100, 1000);
    const std::int64_t a = memory.allocate(40), b = memory.allocate(40);
    CHECK(a == 0);
    CHECK(b == 40);
    CHECK(memory.allocate(30) == timing::memory_base);  // 20 words are left
    memory.release(a);
    CHECK(memory.allocate(10) == 0);
    CHECK(memory.allocate(30) == 10);
    CHECK(memory.scratchpad_peak() == 80);
    CHECK(memory.memory_words() == 30);
    CHECK(memory.allocate(5, true) == timing::memory_base + 30);
}

TEST_CASE("addresses: no room is an error, so is a release of what is not in use", "[compiler]") {
    AddressAllocator memory(10, 20);
    CHECK_THROWS_WITH(memory.allocate(21), test::contains("platform.memory_kib"));
    CHECK_THROWS_AS(memory.release(3), Error);
}

TEST_CASE("addresses never overlap", "[compiler]") {
    std::mt19937 random(3);
    AddressAllocator memory(2000, 100000);
    std::map<std::int64_t, std::int64_t> live;
    for (int i = 0; i < 3000; ++i) {
        if (live.size() > 10 && random() % 2 == 0) {
            const auto victim = std::next(live.begin(), static_cast<std::ptrdiff_t>(random() % live.size()));
            memory.release(victim->first);
            live.erase(victim);
            continue;
        }
        const std::int64_t words = 1 + static_cast<std::int64_t>(random() % 300);
        const std::int64_t address = memory.allocate(words);
        const auto next = live.lower_bound(address);
        REQUIRE((next == live.end() || address + words <= next->first));
        REQUIRE((next == live.begin() || std::prev(next)->first + std::prev(next)->second <= address));
        live[address] = words;
    }
}

TEST_CASE("stacks that fit into a PE lie in one", "[compiler]") {
    GridPlacement grid(4, 10);
    const auto first = grid.place(4, 3);  // two stacks in PE 0, one in PE 1
    REQUIRE(first);
    CHECK(first->pes == timing::PeRange{0, 2});
    CHECK(first->stacks_per_pe == 2);
    CHECK(first->crossbars_per_pe == 8);
    const auto second = grid.place(6, 1);  // beside it in PE 1
    REQUIRE(second);
    CHECK(second->pes == timing::PeRange{1, 1});
    CHECK(grid.free_stacks(7) == 2);
    CHECK_FALSE(grid.place(7, 3));
    CHECK(grid.place(7, 2));
}

TEST_CASE("a stack higher than a PE takes several of its own", "[compiler]") {
    GridPlacement grid(5, 10);
    REQUIRE(grid.place(1, 1));
    CHECK(grid.free_stacks(25) == 1);
    const auto placement = grid.place(25, 1);
    REQUIRE(placement);
    CHECK(placement->pes == timing::PeRange{1, 3});
    CHECK(placement->pes_per_stack == 3);
    CHECK(placement->crossbars_per_pe == 10);
}

TEST_CASE("copies: a number is taken as it is, up to the pixels", "[compiler]") {
    CHECK(replicate({{1, 1, 100}, {1, 1, 3}}, 8, 10, 10) == std::vector<std::int64_t>{8, 3});
}

TEST_CASE("copies: balancing goes where a crossbar saves most", "[compiler]") {
    // Two layers of one crossbar, 100 and 10 pixels, six crossbars: five copies leave 20 products of the
    // first layer against 10 of the second.
    CHECK(replicate({{1, 1, 100}, {1, 1, 10}}, std::nullopt, 1, 6) == std::vector<std::int64_t>{5, 1});
    // Without room for one copy each nothing is copied.
    CHECK(replicate({{1, 4, 100}, {1, 4, 10}}, std::nullopt, 1, 6) == std::vector<std::int64_t>{1, 1});
}
