#include "hw/fifo.h"

#include "tests/support/catch.h"
#include "tests/unit/hw/drawn_cases.h"

#include <deque>

using namespace quell;

TEST_CASE("a queue keeps order through every push, pop and clear") {
    test::DrawnCases draw;
    hw::Fifo<int, 5> fifo;
    std::deque<int> plain;
    int refused = 0;
    for (int step = 0; step < 20'000; ++step) {
        const int what = draw.integer(0, 20);
        if (what == 0) {
            fifo.clear();
            plain.clear();
        } else if (what <= 12 && plain.size() == 5) {
            REQUIRE_THROWS_WITH(fifo.push(step), "a queue of 5 is full, another word came");
            ++refused;
        } else if (what <= 12) {
            fifo.push(step);
            plain.push_back(step);
        } else if (!plain.empty()) {
            const auto count = static_cast<std::size_t>(
                draw.one_in(2) ? 1 : draw.between(1, static_cast<std::int64_t>(plain.size())));
            fifo.pop(count);
            plain.erase(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(count));
        }
        REQUIRE(fifo.size() == plain.size());
        REQUIRE(fifo.empty() == plain.empty());
        for (std::size_t k = 0; k < plain.size(); ++k) REQUIRE(fifo[k] == plain[k]);
        if (!plain.empty()) REQUIRE(fifo.front() == plain.front());
    }
    CHECK(refused > 100);
}
