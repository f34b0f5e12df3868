#include "models/energy/energy_table.h"

#include "models/config/value_text.h"

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <utility>

namespace quell::energy {
namespace {

const std::string isaac = "ISAAC, ISCA 2016, table I: ";
const std::string horowitz = "Horowitz, ISSCC 2014, 45 nm: ";

std::string sram_source(std::int64_t bytes) {
    return horowitz +
           fmt::format("64 bits from 8, 32, 1024 KiB 10, 20, 100 pJ; a quarter, interpolated to {} KiB",
                       config::ValueText<double>::print(static_cast<double>(bytes) / 1024));
}

}  // namespace

double sram_word_picojoules(std::int64_t bytes) {
    // 8 to 32 KiB: the energy doubles while the size grows fourfold; 32 to 1024 KiB: fivefold and 32-fold.
    const double kib = static_cast<double>(bytes) / 1024;
    const double exponent = kib < 32 ? 0.5 : std::log(5.0) / std::log(32.0);
    return 20.0 / 4 * std::pow(kib / 32, exponent);
}

EnergyTable default_energy_table(const config::DenoiserConfig& denoiser) {
    EnergyTable table;
    // A group's power at full use over the events of its 100 ns, or over the bytes that it moves.
    const std::pair<Event, EnergyRow> rows[] = {
        {Event::conversion, {16.0 * 100 / 1024, isaac + "16 mW for 8 ADCs, 8 x 128 conversions in 100 ns"}},
        {Event::row_drive, {4.0 * 100 / 1024, isaac + "4 mW for 8 x 128 1-bit DACs, once in 100 ns"}},
        {Event::cell_product,
         {2.4 * 100 / (8 * 16384), isaac + "2.4 mW for 8 arrays of 128 x 128, once in 100 ns"}},
        {Event::sample_hold, {0.01 * 100 / 1024, isaac + "0.01 mW for 8 x 128, once in 100 ns"}},
        {Event::shift_add, {0.2 * 100 / 1024, isaac + "0.2 mW for 4 units, 8 x 128 sums in 100 ns"}},
        {Event::input_register, {1.24 * 100 / 1024, isaac + "1.24 mW for 2 KB, 8 x 128 rows read in 100 ns"}},
        {Event::output_register,
         {0.23 * 100 / 1024, isaac + "0.23 mW for 256 B, 8 x 128 sums written in 100 ns"}},
        {Event::cell_write, {10, "ours: an assumption, pulses and verification together"}},
        {Event::line_buffer_byte, {2.02, isaac + "eDRAM, 20.7 mW for 1 KB in 100 ns"}},
        {Event::pe_bus_byte, {0.68, isaac + "eDRAM-IMA bus, 7 mW for 1 KB in 100 ns"}},
        {Event::scratchpad_byte, {2.02, isaac + "eDRAM, 20.7 mW for 1 KB in 100 ns"}},
        {Event::memory_byte, {244, horowitz + "DRAM, 1.95 nJ for 64 bits, the middle of 1.3 to 2.6"}},
        {Event::interconnect_byte, {0.68, isaac + "the figure of its bus, 7 mW for 1 KB in 100 ns"}},
        {Event::digital_add, {0.05, horowitz + "16-bit addition"}},
        {Event::digital_multiply,
         {0.8, horowitz + "8-bit multiplication 0.2 pJ, by the square of the width"}},
        {Event::digital_function, {0.8, "ours: taken as a 16-bit multiplication"}},
        {Event::pe_router_ns,
         {42.0 / 4, isaac + "router, 42 mW for 4 tiles, switching and standing together"}},
        {Event::pe_digital_ns,
         {0.52 + 0.05 + 0.4 + 1.68, isaac + "sigmoid, shift-and-add, max pool, output register of a tile"}},
        {Event::pe_leakage_ns, {0, "none: no public figure parts leakage from the rest"}},
        {Event::block_multiply, {0.8, horowitz + "8-bit multiplication 0.2 pJ, by the square of the width"}},
        {Event::block_add, {0.15, horowitz + "32-bit addition 0.1 pJ, by the width to 48 bits"}},
        {Event::block_leaky_word, {0.05, "ours: taken as a 16-bit addition"}},
        {Event::block_activation_word,
         {sram_word_picojoules(denoiser.activation.bytes), sram_source(denoiser.activation.bytes)}},
        {Event::block_weight_word,
         {sram_word_picojoules(denoiser.weight.bytes), sram_source(denoiser.weight.bytes)}},
        {Event::block_lfsr_step, {0.1, "ours: taken as a 32-bit addition"}},
        {Event::block_lane_multiply,
         {0.8, horowitz + "8-bit multiplication 0.2 pJ, by the square of the width to 16 bits"}},
        {Event::block_lane_add, {0.1, horowitz + "32-bit addition"}},
        {Event::block_leakage_ns, {0, "none: no public figure of the unit's gates and SRAM cells"}},
    };
    static_assert(std::size(rows) == events);
    for (const auto& [event, row] : rows) table.at(event) = row;
    return table;
}

std::array<double, modules> energy_by_module_uj(const EventCounts& counts, const EnergyTable& table) {
    std::array<double, modules> sums{};
    for (std::size_t i = 0; i < events; ++i) {
        sums[static_cast<std::size_t>(module_of(static_cast<Event>(i)))] +=
            counts.counts[i] * table.rows[i].picojoules * 1e-6;
    }
    return sums;
}

double energy_uj(const EventCounts& counts, const EnergyTable& table) {
    double sum = 0;
    for (const double module : energy_by_module_uj(counts, table)) sum += module;
    return sum;
}

double denoiser_unit_energy_uj(const EventCounts& counts, const EnergyTable& table) {
    const std::array<double, modules> sums = energy_by_module_uj(counts, table);
    double sum = 0;
    for (std::size_t i = 0; i < modules; ++i) {
        if (in_denoiser(static_cast<Module>(i))) sum += sums[i];
    }
    return sum;
}

}  // namespace quell::energy
