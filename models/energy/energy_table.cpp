#include "models/energy/energy_table.h"

namespace quell::energy {

// The SRAM figures of Horowitz are 10, 20 and 100 pJ for 64 bits from 8, 32 and 1024 KiB; between the last
// two they grow with the 0.464th power of the size: 52.5 pJ from 256 KiB, 27.6 pJ from 64 KiB, a quarter of
// it a word.
EnergyTable default_energy_table() {
    return {{{
        {"conversion", 1.5625, "ISAAC, ISCA 2016, table I: 16 mW for 8 ADCs of 1.28 GS/s"},
        {"row_drive", 0.391, "ISAAC, ISCA 2016, table I: 4 mW for 8 x 128 DACs at 100 ns"},
        {"cell_product", 0.00183, "ISAAC, ISCA 2016, table I: 2.4 mW for 8 arrays of 128 x 128 at 100 ns"},
        {"shift_add", 0.0195, "ISAAC, ISCA 2016, table I: 0.2 mW for the 8 x 128 conversions of 100 ns"},
        {"cell_write", 10, "ours: an assumption"},
        {"scratchpad_byte", 2.02, "ISAAC, ISCA 2016, table I: eDRAM, 20.7 mW"},
        {"memory_byte", 244, "Horowitz, ISSCC 2014: DRAM, 1.95 nJ for 64 bits, the middle of 1.3 to 2.6"},
        {"interconnect_byte", 0.68, "ISAAC, ISCA 2016, table I: 7 mW bus"},
        {"digital_operation", 0.05, "Horowitz, ISSCC 2014: 16-bit addition, 45 nm"},
        {"block_multiply", 0.9,
         "Horowitz, ISSCC 2014: 8-bit multiplication 0.2 pJ, by the square of the width; 32-bit "
         "addition 0.1 pJ"},
        {"block_activation_word", 13.1, "Horowitz, ISSCC 2014: SRAM, interpolated to 256 KiB"},
        {"block_weight_word", 6.9, "Horowitz, ISSCC 2014: SRAM, interpolated to 64 KiB"},
        {"block_normal", 2.7, "ours: three multiplications and additions"},
    }}};
}

double energy_uj(const EventCounts& counts, const EnergyTable& table) {
    double picojoules = 0;
    for (std::size_t i = 0; i < events; ++i)
        picojoules += static_cast<double>(counts.counts[i]) * table.rows[i].picojoules;
    return picojoules * 1e-6;
}

}  // namespace quell::energy
