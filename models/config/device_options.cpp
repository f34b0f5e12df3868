#include "models/base/error.h"
#include "models/config/device_config.h"
#include "models/config/option_table.h"
#include "models/config/section_options.h"

namespace quell::config {
namespace {

void register_cell_options(OptionTable& table, DeviceConfig& config) {
    table
        .add("device.preset", config.preset,
             Choices<DevicePreset>{{"pcm", DevicePreset::pcm},
                                   {"reram", DevicePreset::reram},
                                   {"generic", DevicePreset::generic}})
        .help("Whose cells: phase change, resistive, or by the figures below")
        .source("pcm: aihwkit's model; reram: Wan et al., at 1 s");
    table
        .add("device.programming_error", config.programming_error,
             Choices<ProgrammingErrorKind>{{"independent", ProgrammingErrorKind::independent},
                                           {"proportional", ProgrammingErrorKind::proportional},
                                           {"inverse", ProgrammingErrorKind::inverse}})
        .help("generic: how the error of programming depends on the target conductance")
        .source("ours");
    table.add("device.programming_percent", config.programming_percent)
        .unit("percent of the largest conductance")
        .range(0, 100)
        .help("generic: standard deviation of a programmed cell")
        .source("ours");
    table.add("device.programming_table", config.programming_table)
        .help("generic: CSV file of target,sigma (both relative to the largest conductance) instead")
        .source("ours");
    table.add("device.drift_exponent", config.drift_exponent)
        .range(0, 10)
        .help("generic: mean exponent of drift")
        .source("ours");
    table.add("device.drift_exponent_sigma", config.drift_exponent_sigma)
        .range(0, 10)
        .help("generic: standard deviation of the exponent over the cells")
        .source("ours");
    table.add("device.read_percent", config.read_percent)
        .unit("percent of the largest conductance")
        .range(0, 100)
        .help("generic, reram: standard deviation of one read of a cell")
        .source("ours");
    table.add("device.stuck_on_percent", config.stuck_on_percent)
        .unit("percent of a layer's cells")
        .range(0, 100)
        .help("Cells stuck at the largest conductance, exactly this share, rounded to whole cells")
        .source("ours");
    table.add("device.stuck_off_percent", config.stuck_off_percent)
        .unit("percent of a layer's cells")
        .range(0, 100)
        .help("Cells stuck at no conductance, exactly this share, rounded to whole cells")
        .source("ours");
    table
        .add("device.drift_compensation", config.drift_compensation,
             Choices<DriftCompensation>{{"none", DriftCompensation::none},
                                        {"global", DriftCompensation::global}})
        .help("global: one digital factor a layer makes up for the mean loss of conductance")
        .source("aihwkit");
    table.add("device.cells_per_weight", config.cells_per_weight)
        .unit("differential pairs")
        .range(1, 15)
        .help("Pairs of cells that share the bits of a weight, 1: one pair of multi-level cells")
        .source("ours");
    table.add("device.gmax_us", config.gmax_us)
        .unit("uS")
        .above(0, 1e6)
        .help("Largest conductance of a cell, for the IR drop; auto: the preset's, 25 when generic")
        .source("pcm 25 uS, aihwkit; reram 40 uS, Wan et al.");
    table.add("device.wire_ohm", config.wire_ohm)
        .unit("ohm")
        .range(0, 1e6)
        .help("Resistance of the wire from cell to cell, in rows and columns; 0: no IR drop")
        .source("ours");
    table.add("device.chip_seed", config.chip_seed)
        .help("Which chip: all that is fixed once it is made and programmed")
        .source("ours");
}

void register_converter_options(OptionTable& table, DeviceConfig& config) {
    const Choices<ConverterRange> ranges{{"calibrated", ConverterRange::calibrated},
                                         {"percentile", ConverterRange::percentile},
                                         {"fixed", ConverterRange::fixed}};
    Choices<ConverterRange> adc_ranges = ranges;
    adc_ranges.push_back({"ideal", ConverterRange::ideal});
    table
        .add("device.read", config.read,
             Choices<DeviceRead>{{"output", DeviceRead::output}, {"bit_serial", DeviceRead::bit_serial}})
        .help("One conversion per output and tile, or one per input step and slice: the slow reference")
        .source("ours");
    table.add("device.adc_bits", config.adc.bits)
        .unit("bits")
        .range(2, 22)
        .help("Resolution of the ADCs, the sign included")
        .source("ISAAC, ISCA 2016, table I");
    table.add("device.adc_range", config.adc.range, adc_ranges)
        .help("Where the ADCs' full scale comes from; ideal: the sums are not converted")
        .source("ours");
    table.add("device.adc_fixed_cells", config.adc.fixed)
        .unit("cells")
        .range(0, 1e9)
        .help("fixed: full scale, counted in cells at the largest conductance with the largest input")
        .source("ours");
    table.add("device.dac_range", config.dac.range, ranges)
        .help("Where the DACs' full scale, the layer's largest input, comes from")
        .source("ours");
    table.add("device.dac_fixed", config.dac.fixed)
        .range(0, 1e9)
        .help("fixed: the largest input of every layer, in the network's units")
        .source("ours");
    const auto errors = [&](const std::string& name, const std::string& kind, ConverterConfig& converter) {
        table.add("device." + name + "_percentile", converter.percentile)
            .unit("percent")
            .above(0, 100)
            .help("percentile: share of the calibration's values inside the " + kind + "s' full scale")
            .source("ours");
        table.add("device." + name + "_offset_lsb", converter.offset_lsb)
            .unit("steps")
            .range(0, 1e6)
            .help("Standard deviation of the " + kind + "s' offsets")
            .source("ours");
        table.add("device." + name + "_gain_percent", converter.gain_percent)
            .unit("percent")
            .range(0, 100)
            .help("Standard deviation of the " + kind + "s' gains")
            .source("ours");
        table.add("device." + name + "_inl_lsb", converter.inl_lsb)
            .unit("steps")
            .range(0, 1e6)
            .help("Standard deviation of the " + kind + "s' largest integral non-linearity")
            .source("ours");
    };
    errors("adc", "ADC", config.adc);
    errors("dac", "DAC", config.dac);
}

// An option that the choice made elsewhere leaves without effect is a mistake, unless it asks for what is so
// anyway: a printed configuration can be read back.
void refuse_unless(const OptionTable& table, bool used, const std::string& option, const std::string& with) {
    if (used || table.at(option).text() == table.at(option).default_text()) return;
    throw UsageError("{} = {}: without effect, expected {} with it", option, table.at(option).text(), with);
}

}  // namespace

void register_device_options(OptionTable& table, DeviceConfig& config) {
    table.section("device", "Cells and converters of noise.model = device");
    register_cell_options(table, config);
    register_converter_options(table, config);
}

void resolve_device(const OptionTable& table, double time_s, DeviceConfig& config) {
    config.time_s = time_s;
    const bool generic = config.preset == DevicePreset::generic;
    for (const char* option :
         {"device.programming_error", "device.programming_percent", "device.programming_table",
          "device.drift_exponent", "device.drift_exponent_sigma"}) {
        refuse_unless(table, generic, option, "device.preset = generic");
    }
    refuse_unless(table, config.preset != DevicePreset::pcm, "device.read_percent",
                  "device.preset = generic or reram");
    refuse_unless(table, config.wire_ohm > 0, "device.gmax_us", "device.wire_ohm");
    const bool by_table = !config.programming_table.empty();
    refuse_unless(table, !by_table, "device.programming_percent", "no device.programming_table");
    refuse_unless(table, !by_table, "device.programming_error", "no device.programming_table");
    const auto range = [&](const std::string& name, const std::string& fixed,
                           const ConverterConfig& converter) {
        refuse_unless(table, converter.range == ConverterRange::percentile, "device." + name + "_percentile",
                      "device." + name + "_range = percentile");
        refuse_unless(table, converter.range == ConverterRange::fixed, "device." + fixed,
                      "device." + name + "_range = fixed");
        if (converter.range == ConverterRange::fixed && converter.fixed <= 0) {
            throw UsageError("device.{}_range = fixed: expected device.{} above 0 with it", name, fixed);
        }
    };
    range("adc", "adc_fixed_cells", config.adc);
    range("dac", "dac_fixed", config.dac);
    for (const char* key : {"bits", "offset_lsb", "gain_percent", "inl_lsb"}) {
        refuse_unless(table, config.adc.range != ConverterRange::ideal, std::string("device.adc_") + key,
                      "a device.adc_range that is not ideal");
    }
}

void validate(const DeviceConfig& config) {
    if (config.stuck_on_percent + config.stuck_off_percent > 100) {
        throw UsageError(
            "device.stuck_on_percent = {}, device.stuck_off_percent = {}: expected at most 100 "
            "together",
            config.stuck_on_percent, config.stuck_off_percent);
    }
}

}  // namespace quell::config
