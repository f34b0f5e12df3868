// The mixed-signal CGRA around the tiles: the grid of PEs, their digital units, the memories and the
// interconnect. Immutable once validated.
#pragma once

#include <cstdint>
#include <optional>

namespace quell::config {

// A memory reached over the interconnect. A transfer takes latency + ceil(bits / port bits) cycles of one
// port.
struct MemoryConfig {
    std::int64_t kib = 0;
    int port_bits = 0;
    int ports = 1;    // transfers served at the same time
    int latency = 0;  // cycles from the request to the first beat
    bool operator==(const MemoryConfig&) const = default;
};

struct PlatformConfig {
    int grid_rows = 12;  // ISAAC's chip: 168 tiles,
    int grid_columns = 14;
    int crossbars_per_pe = 96;  // of 12 IMAs with 8 arrays each
    int alu_lanes = 16;         // elements per cycle of one PE's digital unit
    int line_buffer_kib = 64;   // input lines one PE keeps (ISAAC's eDRAM per tile)
    int write_units = 12;       // crossbars of one PE that are programmed at the same time (one per IMA)
    std::optional<int> replication = 1;         // copies of every convolution's weights; absent: balance them
    std::optional<int> replication_pes;         // PEs that balancing may fill; absent: the grid
    bool reprogram = true;                      // write weights during the run when the network does not fit
    int interconnect_bits = 256;                // width of every link
    MemoryConfig scratchpad{10752, 256, 2, 2};  // ISAAC's eDRAM: 168 x 64 KB, 256 bits
    MemoryConfig memory{1024 * 1024, 64, 1, 50};  // data memory off the chip, 4 GB/s at 500 MHz
    bool operator==(const PlatformConfig&) const = default;
};

}  // namespace quell::config
