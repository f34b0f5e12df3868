#include "models/timing/layer_timing.h"

#include "models/base/error.h"
#include "tests/support/catch.h"

#include <vector>

using namespace quell;
using timing::CycleBreakdown;
using timing::Pass;
using timing::PlatformTiming;
using timing::Strip;
using timing::StripRun;

namespace {

// Round figures: a product interval of 100 cycles, drain 20, one word a cycle over links and ports, no
// latency.
struct Round {
    config::PlatformConfig platform;
    config::TileConfig tile;
    Round() {
        platform.interconnect_bits = 16;
        platform.scratchpad = {1024, 16, 2, 0};
        platform.memory = {1024, 16, 1, 0};
        platform.alu_lanes = 1;
        tile.read_ns = 10;
        tile.conversion_ns = 0.01;
        tile.input_bits = 10;
        tile.stages = 3;
    }
    PlatformTiming timing() const { return {platform, tile, 1000}; }
};

Strip strip(std::int64_t load, std::int64_t products, std::int64_t digital, std::int64_t store) {
    Strip result;
    if (load > 0) result.loads = {{0, load}};
    result.products = products;
    if (digital > 0) result.digital = {{timing::DigitalFunction::bias, digital}};
    if (store > 0) result.stores = {{1000, store}};
    return result;
}

CycleBreakdown time_runs(const std::vector<StripRun>& runs, const PlatformTiming& timing) {
    Pass pass;
    pass.pes = {0, 1};
    pass.crossbars_per_pe = 1;
    pass.runs = runs;
    return timing::time_layer(std::span(&pass, 1), timing);
}

}  // namespace

TEST_CASE("one strip goes through the stages one after the other", "[timing]") {
    const CycleBreakdown b = time_runs({{strip(7, 3, 5, 11), 1}}, Round().timing());
    CHECK(b.load == 7);
    CHECK(b.compute == 300);
    CHECK(b.drain == 20);
    CHECK(b.digital == 5);
    CHECK(b.store == 11);
    CHECK(b.total() == 343);
}

TEST_CASE("loads and stores hide behind the products when they are shorter", "[timing]") {
    const CycleBreakdown b = time_runs({{strip(90, 1, 5, 40), 10}}, Round().timing());
    CHECK(b.compute == 1000);
    CHECK(b.memory_stall == 0);
    CHECK(b.total() == 90 + 1000 + 20 + 5 + 40);
}

TEST_CASE("loads longer than the products set the pace", "[timing]") {
    const CycleBreakdown b = time_runs({{strip(150, 1, 0, 1), 10}}, Round().timing());
    CHECK(b.memory_stall == 9 * 50);
    CHECK(b.total() == 10 * 150 + 100 + 20 + 1);
}

// Two strips' results can be held: strip s starts when strip s - 2 is stored.
TEST_CASE("stores longer than the products hold them up", "[timing]") {
    // multiply 0..100, 100..200; stores 120..320, 320..520; the third strip starts at 320, the fourth at 520.
    const CycleBreakdown b = time_runs({{strip(0, 1, 0, 200), 4}}, Round().timing());
    CHECK(b.memory_stall == (320 - 200) + (520 - 420));
    CHECK(b.total() == 120 + 4 * 200);
}

// multiply 0..100, 100..200; the digital units 120..370, 370..620; the third strip starts at 370, the fourth
// at 620, the digital units have them at 620..870 and 870..1120.
TEST_CASE("digital units slower than the products hold them up, and are named for it", "[timing]") {
    const CycleBreakdown b = time_runs({{strip(0, 1, 250, 0), 4}}, Round().timing());
    CHECK(b.memory_stall == 0);
    CHECK(b.compute == 400);
    CHECK(b.drain == 20);
    CHECK(b.digital == (370 - 200) + (620 - 470) + (1120 - 740));
    CHECK(b.total() == 1120);
}

// The same with stores of 200: 370..570, 620..820. The third strip waits for digital units until 370 and for
// the store until 570; its products end at 670, leave the pipeline at 690, the digital units at 940.
TEST_CASE("a wait for results is split between digital units and stores", "[timing]") {
    const CycleBreakdown b = time_runs({{strip(0, 1, 250, 200), 3}}, Round().timing());
    CHECK(b.memory_stall == 570 - 370);
    CHECK(b.digital == (370 - 200) + (940 - 690));
    CHECK(b.store == 200);
    CHECK(b.total() == 1140);
}

TEST_CASE("without crossbars the digital units take their place", "[timing]") {
    const CycleBreakdown b = time_runs({{strip(10, 0, 30, 5), 4}}, Round().timing());
    CHECK(b.compute == 120);
    CHECK(b.drain == 0);
    CHECK(b.total() == 10 + 120 + 5);
}

TEST_CASE("converters that bind are told from the reading", "[timing]") {
    Round round;
    round.tile.conversion_ns = 15.0 / 128;  // 15 ns for 128 columns, a read takes 10
    const CycleBreakdown b = time_runs({{strip(1, 2, 0, 1), 1}}, round.timing());
    CHECK(b.compute == 200);
    CHECK(b.converter_stall == 100);
}

TEST_CASE("programming takes the fetch or the writing, whichever is slower", "[timing]") {
    Round round;
    round.tile.row_write_ns = 2;  // 128 rows: 256 cycles a crossbar
    round.platform.write_units = 1;
    Pass pass;
    pass.pes = {0, 1};
    pass.crossbars_per_pe = 1;
    pass.program = true;
    pass.weight_address = timing::memory_base;
    pass.weight_words = 300;
    CHECK(timing::time_layer(std::span(&pass, 1), round.timing()).program == 300);
    pass.crossbars_per_pe = 2;
    CHECK(timing::time_layer(std::span(&pass, 1), round.timing()).program == 512);
}

TEST_CASE("a transfer takes the slower of port and link", "[timing]") {
    config::PlatformConfig platform;  // ports 256 and 64 bits, links 256 bits, latencies 2 and 50
    const PlatformTiming timing(platform, {}, 500);
    CHECK(timing.transfer_cycles({0, 16}) == 3);
    CHECK(timing.transfer_cycles({0, 17}) == 4);
    CHECK(timing.transfer_cycles({0, 0}) == 0);
    CHECK(timing.transfer_cycles({timing::memory_base, 16}) == 54);
    platform.interconnect_bits = 64;
    CHECK(PlatformTiming(platform, {}, 500).transfer_cycles({0, 160}) == 40);
}

TEST_CASE("halving a bandwidth that binds changes the cycles", "[timing]") {
    const auto total = [](const Round& round, const Strip& s) {
        return time_runs({{s, 8}}, round.timing()).total();
    };
    const Strip loads = strip(400, 1, 0, 1), digital = strip(1, 0, 640, 1);
    Round wide, narrow;
    wide.platform.interconnect_bits = narrow.platform.interconnect_bits = 32;
    wide.platform.scratchpad.port_bits = 32;
    wide.platform.alu_lanes = 2;
    CHECK(total(wide, loads) < total(narrow, loads));
    CHECK(total(wide, digital) < total(narrow, digital));
    narrow = wide;
    narrow.platform.interconnect_bits = 16;
    CHECK(total(wide, loads) < total(narrow, loads));
}

TEST_CASE("a platform that cannot be is refused by the name of the key", "[timing]") {
    config::PlatformConfig platform;
    platform.alu_lanes = 0;
    CHECK_THROWS_WITH(PlatformTiming(platform, {}, 500), test::contains("platform.alu_lanes"));
}
