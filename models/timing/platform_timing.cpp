#include "models/timing/platform_timing.h"

#include "models/base/error.h"

#include <algorithm>

namespace quell::timing {
namespace {

void require_positive(const char* key, std::int64_t value) {
    if (value < 1) throw Error("{} is {}, at least 1 is needed", key, value);
}

}  // namespace

PlatformTiming::PlatformTiming(const config::PlatformConfig& platform, const config::TileConfig& tile,
                               double clock_mhz)
    : platform_(platform), tile_(tile), clock_mhz_(clock_mhz), tile_timing_(time_tile(tile, clock_mhz)) {
    require_positive("platform.grid_rows", platform.grid_rows);
    require_positive("platform.grid_columns", platform.grid_columns);
    require_positive("platform.crossbars_per_pe", platform.crossbars_per_pe);
    require_positive("platform.alu_lanes", platform.alu_lanes);
    require_positive("platform.interconnect_bits", platform.interconnect_bits);
    require_positive("platform.scratchpad_bits", platform.scratchpad.port_bits);
    require_positive("platform.scratchpad_ports", platform.scratchpad.ports);
    require_positive("platform.memory_bits", platform.memory.port_bits);
    require_positive("platform.memory_ports", platform.memory.ports);
}

Cycles PlatformTiming::memory_cycles(const config::MemoryConfig& memory, std::int64_t bytes) const {
    return bytes == 0 ? 0 : memory.latency + ceil_divide(8 * bytes, memory.port_bits);
}

Cycles PlatformTiming::link_cycles(std::int64_t bytes) const {
    return ceil_divide(8 * bytes, platform_.interconnect_bits);
}

Cycles PlatformTiming::transfer_cycles(const Transfer& transfer) const {
    const config::MemoryConfig& memory = transfer.in_memory() ? platform_.memory : platform_.scratchpad;
    const std::int64_t bytes = 2 * transfer.words;
    return std::max(memory_cycles(memory, bytes), link_cycles(bytes));
}

Cycles PlatformTiming::digital_cycles(const DigitalStep& step) const {
    if (step.remote) return link_cycles(2 * step.elements);
    return ceil_divide(step.elements, platform_.alu_lanes);
}

Cycles PlatformTiming::write_cycles(std::int64_t crossbars_per_pe) const {
    return timing::write_cycles(tile_, crossbars_per_pe, platform_.write_units, clock_mhz_);
}

Cycles PlatformTiming::program_cycles(const Pass& pass) const {
    if (!pass.program) return 0;
    const Cycles fetch = transfer_cycles({pass.weight_address, pass.weight_words});
    return std::max(fetch, write_cycles(pass.crossbars_per_pe));
}

}  // namespace quell::timing
