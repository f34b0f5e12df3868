#include "models/base/error.h"
#include "models/config/option_table.h"
#include "models/config/section_options.h"
#include "models/config/tile_config.h"

namespace quell::config {
namespace {

// Far beyond any device, and low enough that the cycles of the largest networks stay below 2^63.
constexpr double longest_step_ns = 1e6, longest_conversion_ns = 1e3;

}  // namespace

void register_tile_options(OptionTable& table, TileConfig& config) {
    const std::string isaac = "ISAAC, ISCA 2016, table I";
    table.section("tile", "The crossbar tiles and their converters");
    table
        .add("tile.preset", config.preset,
             Choices<TilePreset>{{"isaac", TilePreset::isaac}, {"puma", TilePreset::puma}})
        .help("Whose timing the options not given follow: isaac 22 x 100 ns, puma 18 x 128 ns a product")
        .source("ISAAC, ISCA 2016; PUMA, ASPLOS 2019");
    table.add("tile.rows", config.rows).unit("rows").range(1, 65536).help("Rows of a crossbar").source(isaac);
    table.add("tile.columns", config.columns)
        .unit("columns")
        .range(1, 65536)
        .help("Columns of a crossbar")
        .source(isaac);
    table.add("tile.bits_per_cell", config.bits_per_cell)
        .unit("bits")
        .range(1, 16)
        .help("Bits of a weight that one cell holds")
        .source(isaac);
    table.add("tile.weight_bits", config.weight_bits)
        .unit("bits")
        .range(1, 16)
        .help("Bits of a weight, spread over ceil(weight_bits / bits_per_cell) slices")
        .source("arXiv 2409.18553, setup: 16-bit fixed point");
    table.add("tile.input_bits", config.input_bits)
        .unit("bits")
        .range(1, 16)
        .help("Bits of an activation, streamed through the DAC")
        .source("arXiv 2409.18553, setup: 16-bit fixed point");
    table.add("tile.dac_bits", config.dac_bits)
        .unit("bits")
        .range(1, 16)
        .help("Bits of an activation that a row takes in one step")
        .source(isaac);
    table.add("tile.adcs", config.adcs)
        .unit("converters")
        .range(1, 65536)
        .help("ADCs of a crossbar, which take its columns in turn")
        .source(isaac + ": eight for eight arrays");
    table.add("tile.read_ns", config.read_ns)
        .unit("ns")
        .above(0, longest_step_ns)
        .help("One step of the crossbar: DAC, array, sample-and-hold")
        .source(isaac);
    table.add("tile.conversion_ns", config.conversion_ns)
        .unit("ns")
        .above(0, longest_conversion_ns)
        .help("One conversion of an ADC")
        .source(isaac + ": 1.28 GS/s; puma: 1 ns, our reading of its 128 ns for 128 columns");
    table.add("tile.stages", config.stages)
        .unit("steps")
        .range(1, 1000)
        .help("Steps of a product besides those of the input's bits, plus one")
        .source("ISAAC, ISCA 2016, figure 4: 22 in all for 16 bits; puma: 18");
    table.add("tile.row_write_ns", config.row_write_ns)
        .unit("ns")
        .range(0, longest_step_ns)
        .help("Writing one row of cells, verified")
        .source("ours: an assumption");
    table
        .add("tile.weight_sign", config.weight_sign,
             Choices<WeightSign>{{"differential", WeightSign::differential}, {"offset", WeightSign::offset}})
        .help("How a signed weight lies on cells: two columns per slice, or one with the offset subtracted")
        .source("ours: differential; ISAAC subtracts an offset");
}

void resolve_tile(const OptionTable& table, TileConfig& config) {
    const TileConfig preset = tile_preset(config.preset);
    if (!table.is_given("tile.conversion_ns")) config.conversion_ns = preset.conversion_ns;
    if (!table.is_given("tile.stages")) config.stages = preset.stages;
    if (!table.is_given("tile.read_ns")) config.read_ns = preset.read_ns;
}

void validate(const TileConfig& config) {
    if (config.dac_bits > config.input_bits) {
        throw UsageError("tile.dac_bits = {}: expected at most tile.input_bits = {}", config.dac_bits,
                         config.input_bits);
    }
    if (config.bits_per_cell > config.weight_bits) {
        throw UsageError("tile.bits_per_cell = {}: expected at most tile.weight_bits = {}",
                         config.bits_per_cell, config.weight_bits);
    }
    if (config.adcs > config.columns) {
        throw UsageError("tile.adcs = {}: expected at most tile.columns = {}, an ADC reads columns",
                         config.adcs, config.columns);
    }
}

}  // namespace quell::config
