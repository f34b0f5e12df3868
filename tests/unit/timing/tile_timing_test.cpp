#include "models/timing/tile_timing.h"

#include "models/base/error.h"
#include "tests/support/catch.h"

using namespace quell;
using config::tile_preset;
using config::TilePreset;
using timing::time_tile;

TEST_CASE("ISAAC: 22 steps of 100 ns for a 16-bit input", "[timing]") {
    const timing::TileTiming t = time_tile(tile_preset(TilePreset::isaac), 500);
    CHECK(t.step_ns == 100);
    CHECK(t.product_ns == 22 * 100);
    CHECK(t.interval_ns == 16 * 100);
    CHECK(t.product_cycles == 1100);  // 2 ns a cycle
    CHECK(t.interval_cycles == 800);
    CHECK(t.converter_wait_cycles == 0);
}

TEST_CASE("PUMA: a 128x128 product in 2,304 ns", "[timing]") {
    const timing::TileTiming t = time_tile(tile_preset(TilePreset::puma), 500);
    CHECK(t.step_ns == 128);
    CHECK(t.product_ns == 2304);
    CHECK(t.product_cycles == 1152);
    CHECK(t.interval_cycles == 1024);
    CHECK(t.converter_wait_cycles == 1024 - 800);  // the read alone would take 16 x 100 ns
}

TEST_CASE("products follow each other at the interval", "[timing]") {
    const timing::TileTiming t = time_tile(tile_preset(TilePreset::isaac), 500);
    CHECK(t.cycles(0) == 0);
    CHECK(t.cycles(1) == 1100);
    CHECK(t.cycles(12544) == 12543 * 800 + 1100);
    CHECK(t.drain_cycles() == 300);
}

TEST_CASE("each figure of the tile changes the time when it binds", "[timing]") {
    config::TileConfig tile = tile_preset(TilePreset::isaac);
    SECTION("8-bit inputs: 8 + 6 steps") {
        tile.input_bits = 8;
        CHECK(time_tile(tile, 500).product_ns == 1400);
    }
    SECTION("a 3-bit DAC takes 16 bits in six parts") {
        tile.dac_bits = 3;
        CHECK(time_tile(tile, 500).interval_ns == 600);
    }
    SECTION("an ADC of half the speed doubles the step") {
        tile.conversion_ns = 1.5625;
        CHECK(time_tile(tile, 500).step_ns == 200);
        CHECK(time_tile(tile, 500).converter_wait_cycles == 800);
    }
    SECTION("a second ADC does not help when the read binds") {
        tile.adcs = 2;
        CHECK(time_tile(tile, 500).step_ns == 100);
    }
    SECTION("three ADCs take 43 columns each") {
        tile.adcs = 3;
        tile.read_ns = 10;
        CHECK(time_tile(tile, 500).step_ns == 43 * 0.78125);
    }
}

TEST_CASE("nanoseconds are rounded up to cycles once", "[timing]") {
    CHECK(timing::to_cycles(100, 500) == 50);
    CHECK(timing::to_cycles(101, 500) == 51);
    CHECK(timing::to_cycles(0.1 + 0.2, 10000) == 3);  // 3.0000000000000004 is 3
    config::TileConfig tile = tile_preset(TilePreset::isaac);
    tile.read_ns = 101;  // 16 x 101 ns = 1616 ns = 484.8 cycles at 300 MHz
    CHECK(time_tile(tile, 300).interval_cycles == 485);
}

TEST_CASE("writing goes row by row, some crossbars at a time", "[timing]") {
    const config::TileConfig tile = tile_preset(TilePreset::isaac);
    CHECK(timing::write_cycles(tile, 0, 12, 500) == 0);
    CHECK(timing::write_cycles(tile, 1, 12, 500) == 128 * 500);
    CHECK(timing::write_cycles(tile, 13, 12, 500) == 2 * 128 * 500);
}

TEST_CASE("a tile that cannot be is refused by the name of the key", "[timing]") {
    config::TileConfig tile;
    tile.adcs = 0;
    CHECK_THROWS_WITH(time_tile(tile, 500), test::contains("tile.adcs"));
    CHECK_THROWS_WITH(time_tile(config::TileConfig{}, 0), test::contains("clock_mhz"));
}
