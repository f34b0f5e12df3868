// What a run says about energy, power and area.
#pragma once

#include "models/config/configuration.h"
#include "models/energy/area.h"
#include "sw/study/network_run.h"

#include <nlohmann/json.hpp>

#include <iosfwd>

namespace quell::study {

// arXiv 2409.18553, hardware paragraph: what two blocks add to ResNet-18's average power.
inline constexpr double paper_denoiser_power_mw = 1.78;

struct DenoiserPower {
    double unit_energy_uj = 0;  // of the unit's own modules
    double running_mw = 0;      // over the time of the blocks; 0 without blocks
    double average_mw = 0;      // over the whole run
};

// Average over the time that the cycles take; 0 for none. Microjoules over microseconds are watts.
double milliwatts(double energy_uj, timing::Cycles cycles, double clock_mhz);

DenoiserPower denoiser_power(const NetworkRun& run, double clock_mhz);

// {"adc": ..., ...} in microjoules.
nlohmann::ordered_json energy_by_module_json(const energy::EventCounts& counts,
                                             const energy::EnergyTable& table);

// Adds keys of the whole run.
void add_energy(nlohmann::ordered_json& json, const NetworkRun& run,
                const config::Configuration& configuration);
void write_energy_lines(std::ostream& out, const NetworkRun& run, const config::Configuration& configuration);

}  // namespace quell::study
