#include "models/energy/area.h"

#include <fmt/format.h>

namespace quell::energy {
namespace {

double sum(const std::vector<AreaRow>& rows) {
    double total = 0;
    for (const AreaRow& row : rows) total += row.mm2;
    return total;
}

}  // namespace

double Area::pe_mm2() const {
    return sum(pe);
}

double Area::chip_mm2() const {
    return sum(chip);
}

Area area_of(const config::PlatformConfig& platform, const config::TileConfig& tile) {
    const double crossbars = platform.crossbars_per_pe;
    const double rows = crossbars * tile.rows, columns = crossbars * tile.columns;
    const double pes = static_cast<double>(platform.grid_rows) * platform.grid_columns;
    constexpr double edram_kib = 0.083 / 64;  // mm2
    Area area;
    area.pe = {
        {"adc", 0.0096 / 8 * crossbars * tile.adcs,
         "0.0096 mm2 for 8 of 8 bits and 1.28 GS/s; by tile.adcs and crossbars"},
        {"dac", 0.00017 / 1024 * rows * tile.dac_bits,
         "0.00017 mm2 for 8 x 128 of 1 bit; by rows and, ours, by bits"},
        {"sample_and_hold", 0.00004 / 1024 * columns, "0.00004 mm2 for 8 x 128; by columns"},
        {"crossbar", 0.0002 / (8 * 16384) * rows * tile.columns,
         "0.0002 mm2 for 8 arrays of 128 x 128; by cells"},
        {"shift_and_add", 0.00024 / 8 * crossbars * tile.adcs, "0.00024 mm2 beside 8 ADCs; by ADCs"},
        {"input_register", 0.0021 / (1024 * 16) * rows * tile.input_bits,
         "0.0021 mm2 for 2 KB, 16 bits of 8 x 128 rows; by rows and input bits"},
        {"output_register", 0.00077 / 1024 * columns,
         "0.00077 mm2 for 256 B beside 8 x 128 columns; by columns"},
        {"line_buffer", edram_kib * platform.line_buffer_kib, "0.083 mm2 for 64 KB of eDRAM; by KiB"},
        {"pe_bus", 0.090, "0.090 mm2 for 384 wires; fixed"},
        {"router", 0.151 / 4, "0.151 mm2 for 32-bit flits, shared by 4; fixed, whatever the link's width"},
        {"sigmoid", 0.0006, "0.0006 mm2 for 2; fixed"},
        {"pe_shift_and_add", 0.00006, "0.00006 mm2; fixed"},
        {"max_pool", 0.00024, "0.00024 mm2; fixed"},
        {"pe_output_register", 0.0032, "0.0032 mm2 for 3 KB; fixed"},
    };
    area.chip = {
        {"pes", pes * area.pe_mm2(), fmt::format("{} PEs", pes)},
        {"scratchpad", edram_kib * static_cast<double>(platform.scratchpad.kib),
         "0.083 mm2 for 64 KB of eDRAM; by KiB. Ours: ISAAC has none beside its tiles' eDRAM"},
        {"chip_links", 85.4 - 168 * 0.372, "what is left of 85.4 mm2 beside 168 tiles of 0.372; fixed"},
    };
    return area;
}

}  // namespace quell::energy
