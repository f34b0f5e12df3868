#include "models/base/error.h"
#include "models/config/option_table.h"
#include "models/config/platform_config.h"
#include "models/config/section_options.h"

namespace quell::config {
namespace {

void register_memory(OptionTable& table, const std::string& name, const std::string& what,
                     MemoryConfig& config, const std::string& source) {
    const std::string prefix = "platform." + name;
    table.add(prefix + "_kib", config.kib)
        .unit("KiB")
        .range(0, 1 << 23)
        .help("Size of the " + what)
        .source(source);
    table.add(prefix + "_bits", config.port_bits)
        .unit("bits per cycle")
        .range(1, 65536)
        .help("Width of a port of the " + what)
        .source(source);
    table.add(prefix + "_ports", config.ports)
        .unit("ports")
        .range(1, 64)
        .help("Transfers that the " + what + " serves at the same time")
        .source("ours");
    table.add(prefix + "_latency", config.latency)
        .unit("cycles")
        .range(0, 1e6)
        .help("From the request to the first beat of the " + what)
        .source("ours");
}

}  // namespace

void register_platform_options(OptionTable& table, PlatformConfig& config) {
    const std::string chip = "ISAAC, ISCA 2016, table I: 168 tiles";
    table.section("platform", "The grid of processing elements, its memories and interconnect");
    table.add("platform.grid_rows", config.grid_rows)
        .unit("PEs")
        .range(1, 4095)
        .help("Rows of the grid")
        .source(chip);
    table.add("platform.grid_columns", config.grid_columns)
        .unit("PEs")
        .range(1, 4095)
        .help("Columns of the grid; rows x columns at most 4095")
        .source(chip);
    table.add("platform.crossbars_per_pe", config.crossbars_per_pe)
        .unit("crossbars")
        .range(1, 4095)
        .help("Crossbars of one processing element")
        .source("ISAAC, ISCA 2016, table I: 12 IMAs of 8 arrays");
    table.add("platform.alu_lanes", config.alu_lanes)
        .unit("elements per cycle")
        .range(1, 4096)
        .help("Throughput of one PE's digital unit, whatever the function")
        .source("ours");
    table.add("platform.line_buffer_kib", config.line_buffer_kib)
        .unit("KiB")
        .range(0, 1 << 20)
        .help("Input rows one PE keeps for the next strip; what does not fit is loaded again")
        .source("ISAAC, ISCA 2016, table I: eDRAM of a tile");
    table.add("platform.write_units", config.write_units)
        .unit("crossbars")
        .range(1, 4096)
        .help("Crossbars of one PE that are programmed at the same time")
        .source("ours: one per IMA");
    table.add("platform.replication", config.replication)
        .unit("copies")
        .range(1, 4096)
        .help(
            "Copies of every convolution's weights, which share its pixels; auto balances them under "
            "platform.replication_pes")
        .source("ours: one");
    table.add("platform.replication_pes", config.replication_pes)
        .unit("PEs")
        .range(1, 4095)
        .help("PEs that replication = auto may fill; auto: the whole grid")
        .source("ours");
    table.add("platform.reprogram", config.reprogram)
        .help("Write weights during the run when the network does not fit on the grid; otherwise refuse it")
        .source("ours");
    table.add("platform.interconnect_bits", config.interconnect_bits)
        .unit("bits per cycle")
        .range(1, 65536)
        .help("Width of a link of the interconnect")
        .source("ours: the width of ISAAC's eDRAM");
    register_memory(table, "scratchpad", "scratchpad", config.scratchpad,
                    "ISAAC, ISCA 2016, table I: 168 x 64 KB of eDRAM, 256 bits");
    register_memory(table, "memory", "data memory off the chip", config.memory, "ours: 4 GB/s at 500 MHz");
}

void validate(const PlatformConfig& config) {
    if (config.grid_rows * config.grid_columns > 4095) {
        throw UsageError(
            "platform.grid_rows = {} and platform.grid_columns = {}: expected at most 4095 PEs together, "
            "context words "
            "count them with 12 bits",
            config.grid_rows, config.grid_columns);
    }
    if (config.replication_pes && *config.replication_pes > config.grid_rows * config.grid_columns) {
        throw UsageError("platform.replication_pes = {}: expected at most the grid's {} PEs",
                         *config.replication_pes, config.grid_rows * config.grid_columns);
    }
    if (config.replication_pes && config.replication) {
        throw UsageError(
            "platform.replication_pes = {}: expected platform.replication = auto with it, {} copies need no "
            "budget",
            *config.replication_pes, *config.replication);
    }
}

}  // namespace quell::config
