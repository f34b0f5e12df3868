// One crossbar with its converters, and how a weight lies on its cells. Immutable once validated.
#pragma once

namespace quell::config {

enum class TilePreset { isaac, puma };

// How a signed weight lies on conductances, which are never negative.
enum class WeightSign {
    differential,  // two columns per bit slice, one for each sign
    offset         // one column per bit slice, the bias subtracted digitally (ISAAC)
};

// A product streams the input through the DAC dac_bits at a time; every step is read from all columns,
// converted by the crossbar's ADCs and added up. stages are the pipeline's steps besides the bits.
struct TileConfig {
    TilePreset preset = TilePreset::isaac;
    int rows = 128;
    int columns = 128;
    int bits_per_cell = 2;
    int weight_bits = 16;
    int input_bits = 16;
    int dac_bits = 1;
    int adcs = 1;                    // per crossbar, taking its columns in turn
    double read_ns = 100;            // DAC, crossbar, sample-and-hold: one step of all rows and columns
    double conversion_ns = 0.78125;  // one ADC conversion: 1.28 GS/s
    int stages = 7;                  // pipeline steps besides the input's bits
    double row_write_ns = 1000;      // one row of cells with verify: our assumption
    WeightSign weight_sign = WeightSign::differential;
    bool operator==(const TileConfig&) const = default;
};

// ISAAC-CE (ISCA 2016, table I and figure 4): 100 ns steps, 22 of them for a 16-bit input.
// PUMA (ASPLOS 2019): 128 ns steps, 18 of them, 2,304 ns; that the step is 128 conversions of 1 ns is our
// reading.
inline TileConfig tile_preset(TilePreset preset) {
    TileConfig tile;
    tile.preset = preset;
    if (preset == TilePreset::puma) {
        tile.conversion_ns = 1;
        tile.stages = 3;
    }
    return tile;
}

}  // namespace quell::config
