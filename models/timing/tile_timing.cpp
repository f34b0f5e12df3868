#include "models/timing/tile_timing.h"

#include "models/base/error.h"

#include <algorithm>
#include <cmath>

namespace quell::timing {
namespace {

std::int64_t divide_up(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

void require(bool legal, const char* key, double value, const char* expected) {
    if (!legal) throw Error("{} is {}, {} is needed", key, value, expected);
}

}  // namespace

std::int64_t to_cycles(double nanoseconds, double clock_mhz) {
    return static_cast<std::int64_t>(std::ceil(nanoseconds * clock_mhz / 1000 - 1e-6));
}

TileTiming time_tile(const config::TileConfig& tile, double clock_mhz) {
    require(tile.rows >= 1, "tile.rows", tile.rows, "at least 1");
    require(tile.columns >= 1, "tile.columns", tile.columns, "at least 1");
    require(tile.adcs >= 1, "tile.adcs", tile.adcs, "at least 1");
    require(tile.dac_bits >= 1, "tile.dac_bits", tile.dac_bits, "at least 1");
    require(tile.input_bits >= 1, "tile.input_bits", tile.input_bits, "at least 1");
    require(tile.stages >= 1, "tile.stages", tile.stages, "at least 1");
    require(tile.read_ns > 0, "tile.read_ns", tile.read_ns, "more than 0");
    require(tile.conversion_ns > 0, "tile.conversion_ns", tile.conversion_ns, "more than 0");
    require(clock_mhz > 0, "clock_mhz", clock_mhz, "more than 0");

    const double conversions_ns =
        static_cast<double>(divide_up(tile.columns, tile.adcs)) * tile.conversion_ns;
    const std::int64_t input_steps = divide_up(tile.input_bits, tile.dac_bits);

    TileTiming timing;
    timing.step_ns = std::max(tile.read_ns, conversions_ns);
    timing.product_steps = input_steps + tile.stages - 1;
    timing.product_ns = static_cast<double>(timing.product_steps) * timing.step_ns;
    timing.interval_ns = static_cast<double>(input_steps) * timing.step_ns;
    timing.product_cycles = to_cycles(timing.product_ns, clock_mhz);
    timing.interval_cycles = to_cycles(timing.interval_ns, clock_mhz);
    timing.conversion_cycles = to_cycles(static_cast<double>(input_steps) * conversions_ns, clock_mhz);
    timing.converter_wait_cycles =
        timing.interval_cycles - to_cycles(static_cast<double>(input_steps) * tile.read_ns, clock_mhz);
    return timing;
}

std::int64_t write_cycles(const config::TileConfig& tile, std::int64_t crossbars, int units,
                          double clock_mhz) {
    require(units >= 1, "platform.write_units", units, "at least 1");
    require(tile.row_write_ns >= 0, "tile.row_write_ns", tile.row_write_ns, "at least 0");
    const std::int64_t rounds = divide_up(crossbars, units);
    return to_cycles(static_cast<double>(rounds * tile.rows) * tile.row_write_ns, clock_mhz);
}

}  // namespace quell::timing
