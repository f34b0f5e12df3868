// The events that energy is charged for, and the modules of the machine that they belong to.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace quell::energy {

enum class Event : std::size_t {
    // A crossbar tile. A step is one slice of the input, dac_bits wide.
    conversion,       // one column by an ADC, in one step
    row_drive,        // one row by its DAC, in one step
    cell_product,     // one cell, in one step
    sample_hold,      // one column, in one step
    shift_add,        // adding one conversion to its output
    input_register,   // read of one row's slice, in one step
    output_register,  // write of one shifted sum
    cell_write,       // programming one cell
    // Around the tiles.
    line_buffer_byte,  // read from the input lines that a PE keeps
    pe_bus_byte,       // from the line buffer to the tiles
    scratchpad_byte,
    memory_byte,  // data memory off the chip
    interconnect_byte,
    digital_add,       // of a PE's digital unit: addition, comparison or shift of a 16-bit element
    digital_multiply,  // multiplication of one
    digital_function,  // a table or a root or a quotient
    // Time, in nanoseconds: a picojoule per nanosecond is a milliwatt.
    pe_router_ns,   // of one PE at work
    pe_digital_ns,  // of one PE at work
    pe_leakage_ns,  // of one PE, at work or not
    // The denoiser unit.
    block_multiply,         // of the cores: 16 x 16 bits
    block_add,              // of the cores: accumulation, 48 bits
    block_leaky_word,       // through LeakyReLU
    block_activation_word,  // read or written in the activation SRAM
    block_weight_word,      // read in the weight SRAM
    block_lfsr_step,        // one LFSR to its next sample
    block_lane_multiply,
    block_lane_add,
    block_leakage_ns,  // of the unit
    sentinel
};

constexpr std::size_t events = static_cast<std::size_t>(Event::sentinel);

enum class Module : std::size_t {
    adc,
    dac,
    crossbar,
    sample_and_hold,
    shift_and_add,
    registers,
    line_buffer,
    pe_bus,
    digital_unit,
    router,
    interconnect,
    scratchpad,
    data_memory,
    pe_leakage,
    denoiser_cores,
    denoiser_leaky_relu,
    denoiser_lanes,
    denoiser_activation_sram,
    denoiser_weight_sram,
    denoiser_leakage,
    sentinel
};

constexpr std::size_t modules = static_cast<std::size_t>(Module::sentinel);

std::string_view name(Event event);
std::string_view name(Module module);
Module module_of(Event event);
// True for the modules of the denoiser unit itself; what it asks of the memory lies elsewhere.
constexpr bool in_denoiser(Module module) {
    return module >= Module::denoiser_cores;
}

// How often each event happened. Whole numbers, exact up to 2^53; times are nanoseconds.
struct EventCounts {
    std::array<double, events> counts{};
    double& operator[](Event event) { return counts[static_cast<std::size_t>(event)]; }
    double operator[](Event event) const { return counts[static_cast<std::size_t>(event)]; }
    EventCounts& operator+=(const EventCounts& other) {
        for (std::size_t i = 0; i < events; ++i) counts[i] += other.counts[i];
        return *this;
    }
};

}  // namespace quell::energy
