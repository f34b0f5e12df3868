#include "tlm/map_rings.h"

#include "tests/support/catch.h"

using namespace quell;

TEST_CASE("image n's map lies in buffer n % buffers", "[tlm]") {
    quell::tlm::MapRings rings;
    rings.add({0x1000, 0x100, 3});
    rings.add({0x2000, 0x40, 1});
    for (const std::int64_t image : {0, 3, 6}) CHECK(rings.place(0x1010, image) == 0x1010);
    CHECK(rings.place(0x1010, 1) == 0x1110);
    CHECK(rings.place(0x10ff, 5) == 0x12ff);
    CHECK(rings.place(0x2010, 5) == 0x2010);  // one buffer
    CHECK(rings.place(0x1100, 1) == 0x1100);  // in none of them
    CHECK(rings.place(0xfff, 1) == 0xfff);
}
