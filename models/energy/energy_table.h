// What an event costs, in picojoules, each figure with its source. Energies are first figures: dynamic energy
// of the events below, no leakage, no clock tree.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quell::energy {

enum class Event : std::size_t {
    conversion,    // one column by an ADC, in one step
    row_drive,     // one row by its DAC, in one step
    cell_product,  // one cell, in one step
    shift_add,     // adding one conversion to its output
    cell_write,    // programming one cell
    scratchpad_byte,
    memory_byte,  // data memory off the chip
    interconnect_byte,
    digital_operation,      // of a PE's digital unit on a 16-bit element
    block_multiply,         // of the denoiser's cores: 16 x 16 bits and the 32-bit addition
    block_activation_word,  // read or written in the denoiser's activation SRAM
    block_weight_word,      // read in its weight SRAM
    block_normal,           // drawn and applied by a lane
    sentinel
};

constexpr std::size_t events = static_cast<std::size_t>(Event::sentinel);

struct EnergyRow {
    std::string_view event;
    double picojoules = 0;
    std::string_view source;
};

struct EnergyTable {
    std::array<EnergyRow, events> rows;
    const EnergyRow& at(Event event) const { return rows[static_cast<std::size_t>(event)]; }
};

EnergyTable default_energy_table();

struct EventCounts {
    std::array<std::int64_t, events> counts{};
    std::int64_t& operator[](Event event) { return counts[static_cast<std::size_t>(event)]; }
    std::int64_t operator[](Event event) const { return counts[static_cast<std::size_t>(event)]; }
    EventCounts& operator+=(const EventCounts& other) {
        for (std::size_t i = 0; i < events; ++i) counts[i] += other.counts[i];
        return *this;
    }
};

// Microjoules of all events.
double energy_uj(const EventCounts& counts, const EnergyTable& table);

}  // namespace quell::energy
