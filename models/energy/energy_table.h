// What an event costs, in picojoules, each figure with its source (docs/energy.md).
#pragma once

#include "models/config/denoiser_config.h"
#include "models/energy/event.h"

#include <array>
#include <cstdint>
#include <string>

namespace quell::energy {

struct EnergyRow {
    double picojoules = 0;
    std::string source;
};

struct EnergyTable {
    std::array<EnergyRow, events> rows;
    EnergyRow& at(Event event) { return rows[static_cast<std::size_t>(event)]; }
    const EnergyRow& at(Event event) const { return rows[static_cast<std::size_t>(event)]; }
};

// Picojoules of a 16-bit word in an SRAM of this size at 45 nm: a quarter of Horowitz's 10, 20 and 100 pJ for
// 64 bits from 8, 32 and 1024 KiB; between and beyond them along straight lines of the logarithms.
double sram_word_picojoules(std::int64_t bytes);

// The denoiser's SRAMs cost by their size.
EnergyTable default_energy_table(const config::DenoiserConfig& denoiser);

// Microjoules of all events.
double energy_uj(const EventCounts& counts, const EnergyTable& table);
// By module, in the order of the enumeration.
std::array<double, modules> energy_by_module_uj(const EventCounts& counts, const EnergyTable& table);
// Of the denoiser's own modules alone.
double denoiser_unit_energy_uj(const EventCounts& counts, const EnergyTable& table);

}  // namespace quell::energy
