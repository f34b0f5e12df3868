#include "models/energy/area.h"
#include "tests/support/catch.h"

using namespace quell;

namespace {

double of(const std::vector<energy::AreaRow>& rows, const std::string& component) {
    for (const energy::AreaRow& row : rows) {
        if (row.component == component) return row.mm2;
    }
    FAIL("there is no " + component);
    return 0;
}

}  // namespace

TEST_CASE("the default PE and chip are ISAAC's", "[energy]") {
    const energy::Area area = energy::area_of({}, {});
    CHECK(area.pe_mm2() == Approx(0.372).epsilon(0.002));  // the tile of table I
    config::PlatformConfig platform;
    platform.scratchpad.kib = 0;
    CHECK(energy::area_of(platform, {}).chip_mm2() == Approx(85.4).epsilon(0.002));
    // The scratchpad is ours, with the eDRAM's area: 168 x 64 KB.
    CHECK(area.chip_mm2() == Approx(85.4 + 168 * 0.083).epsilon(0.002));
}

TEST_CASE("an area grows with what it is counted by", "[energy]") {
    const energy::Area isaac = energy::area_of({}, {});
    config::TileConfig tile;
    tile.adcs = 4;
    tile.columns = 256;
    tile.rows = 64;
    tile.dac_bits = 2;
    tile.input_bits = 8;
    config::PlatformConfig platform;
    platform.crossbars_per_pe = 48;
    platform.line_buffer_kib = 32;
    platform.grid_rows = 6;
    const energy::Area other = energy::area_of(platform, tile);
    const auto factor = [&](const char* component) {
        return of(other.pe, component) / of(isaac.pe, component);
    };
    CHECK(factor("adc") == Approx(0.5 * 4));
    CHECK(factor("dac") == Approx(0.5 * 0.5 * 2));
    CHECK(factor("sample_and_hold") == Approx(0.5 * 2));
    CHECK(factor("crossbar") == Approx(0.5 * 0.5 * 2));
    CHECK(factor("shift_and_add") == Approx(0.5 * 4));
    CHECK(factor("input_register") == Approx(0.5 * 0.5 * 0.5));
    CHECK(factor("output_register") == Approx(0.5 * 2));
    CHECK(factor("line_buffer") == Approx(0.5));
    CHECK(factor("router") == 1);
    CHECK(of(other.chip, "pes") == Approx(84 * other.pe_mm2()));
}
