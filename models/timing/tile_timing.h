// How long a crossbar tile takes for a matrix-vector product (references: ISAAC, ISCA 2016; PUMA, ASPLOS
// 2019).
//
//   step     T = max(read_ns, ceil(columns / adcs) * conversion_ns)
//   product      (ceil(input_bits / dac_bits) + stages - 1) * T     from the input in its register to the
//   output interval     ceil(input_bits / dac_bits) * T                    between products that follow each
//   other
//
// In cycles of the digital clock: nanoseconds are rounded up once per product and once per interval, never
// per step.
#pragma once

#include "models/config/tile_config.h"

#include <cstdint>

namespace quell::timing {

struct TileTiming {
    std::int64_t product_steps = 0;  // ceil(input_bits / dac_bits) + stages - 1
    double step_ns = 0, product_ns = 0, interval_ns = 0;
    std::int64_t product_cycles = 0;
    std::int64_t interval_cycles = 0;
    std::int64_t converter_wait_cycles = 0;  // part of the interval that is there only because the ADCs bind
    std::int64_t conversion_cycles = 0;      // what the ADCs need of the interval, be it longer or not

    // n products one after the other, from the first input to the last output; 0 for none.
    std::int64_t cycles(std::int64_t products) const {
        return products == 0 ? 0 : (products - 1) * interval_cycles + product_cycles;
    }
    // From the end of the last interval to the last output.
    std::int64_t drain_cycles() const { return product_cycles - interval_cycles; }
};

// Throws Error when a figure of the tile cannot be (no rows, no ADC, no clock).
TileTiming time_tile(const config::TileConfig& tile, double clock_mhz);

// Writing `crossbars` crossbars of one PE, all rows of each, `units` at a time.
std::int64_t write_cycles(const config::TileConfig& tile, std::int64_t crossbars, int units,
                          double clock_mhz);

// Nanoseconds to whole cycles, rounded up; what lies within a millionth of a cycle of a whole number is that
// number.
std::int64_t to_cycles(double nanoseconds, double clock_mhz);

}  // namespace quell::timing
