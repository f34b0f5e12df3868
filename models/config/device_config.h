// What the analog memory cells and converters do to a product (docs/variation.md). Immutable once validated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace quell::config {

enum class DevicePreset { pcm, reram, generic };

// How the error of programming depends on the target; generic only.
enum class ProgrammingErrorKind { independent, proportional, inverse };

enum class DriftCompensation { none, global };

enum class DeviceRead {
    output,     // cells hold still over the bits of one product, one conversion per output and tile
    bit_serial  // fresh noise and one conversion per input step, output, slice and tile
};

// Where a converter's full scale comes from.
enum class ConverterRange {
    calibrated,  // the largest value over the calibration images
    percentile,  // that percentile of the absolute values over the calibration images
    fixed,       // a figure
    ideal        // ADC only: no conversion, the sum itself
};

// Of one kind of converter. Errors are standard deviations over the converters of a chip.
struct ConverterConfig {
    int bits = 8;
    ConverterRange range = ConverterRange::calibrated;
    double percentile = 99.9;
    double fixed = 0;         // full scale when fixed
    double offset_lsb = 0;    // steps
    double gain_percent = 0;  // of the value
    double inl_lsb = 0;       // steps: the largest deviation of the bow
};

struct DeviceConfig {
    DevicePreset preset = DevicePreset::pcm;
    ProgrammingErrorKind programming_error = ProgrammingErrorKind::independent;
    double programming_percent = 2;   // of Gmax; generic only
    std::string programming_table;    // CSV of target and sigma; generic only, instead of the two above
    double drift_exponent = 0;        // generic only
    double drift_exponent_sigma = 0;  // generic only
    double read_percent = 0;          // of Gmax; not pcm
    double stuck_on_percent = 0, stuck_off_percent = 0;
    DriftCompensation drift_compensation = DriftCompensation::none;
    double time_s = 20;             // since programming: option noise.time_s
    int cells_per_weight = 1;       // differential pairs that share a weight's bits
    double wire_ohm = 0;            // of the wire between two neighbouring cells
    std::optional<double> gmax_us;  // largest conductance; absent: the preset's
    DeviceRead read = DeviceRead::output;
    ConverterConfig adc;
    ConverterConfig dac{};  // bits are tile.input_bits
    std::uint64_t chip_seed = 1;
};

}  // namespace quell::config
