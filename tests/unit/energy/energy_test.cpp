#include "models/energy/event_counting.h"
#include "tests/support/catch.h"

#include <set>
#include <string>

using namespace quell;
using energy::Event;

TEST_CASE("every row of the table has a name, a figure and a source", "[energy]") {
    std::set<std::string> names;
    for (const energy::EnergyRow& row : energy::default_energy_table().rows) {
        CHECK(names.insert(std::string(row.event)).second);
        CHECK(row.picojoules > 0);
        CHECK_FALSE(row.source.empty());
    }
}

TEST_CASE("ISAAC's derived figures follow from its powers", "[energy]") {
    const energy::EnergyTable table = energy::default_energy_table();
    CHECK(table.at(Event::conversion).picojoules == Approx(16.0 / 8 / 1.28));                     // mW / GS/s
    CHECK(table.at(Event::row_drive).picojoules == Approx(4.0 * 100 / (8 * 128)).epsilon(0.01));  // mW ns
    CHECK(table.at(Event::cell_product).picojoules == Approx(2.4 * 100 / (8 * 16384)).epsilon(0.01));
    CHECK(table.at(Event::shift_add).picojoules == Approx(0.2 * 100 / (8 * 128)).epsilon(0.01));
}

TEST_CASE("the events of a layer by hand", "[energy]") {
    timing::Strip strip;
    strip.loads = {{0, 100}, {timing::memory_base, 10}};
    strip.products = 7;
    strip.digital = {{timing::DigitalFunction::bias, 56}};
    strip.stores = {{500, 56}};
    timing::Pass pass;
    pass.pes = {0, 2};
    pass.crossbars = 3;
    pass.program = true;
    pass.weight_address = timing::memory_base;
    pass.weight_words = 32;
    pass.runs = {{strip, 5}};

    const energy::EventCounts counts = energy::count_events(std::span(&pass, 1), config::TileConfig{});
    const std::int64_t crossbar_steps = 5 * 7 * 3 * 16;
    CHECK(counts[Event::conversion] == crossbar_steps * 128);
    CHECK(counts[Event::shift_add] == crossbar_steps * 128);
    CHECK(counts[Event::row_drive] == crossbar_steps * 128);
    CHECK(counts[Event::cell_product] == crossbar_steps * 16384);
    CHECK(counts[Event::cell_write] == 3 * 16384);
    CHECK(counts[Event::digital_operation] == 5 * 56 * 2);
    CHECK(counts[Event::scratchpad_byte] == 5 * 2 * 156);
    CHECK(counts[Event::memory_byte] == 5 * 2 * 10 + 64);
    CHECK(counts[Event::interconnect_byte] == 5 * 2 * 166 + 64);
}

TEST_CASE("microjoules are events times picojoules", "[energy]") {
    energy::EventCounts counts;
    counts[Event::conversion] = 2'000'000;
    counts[Event::memory_byte] = 1'000;
    CHECK(energy::energy_uj(counts, energy::default_energy_table()) == Approx(2 * 1.5625 + 0.244));
}
