#include "sw/study/energy_report.h"

#include <fmt/ostream.h>

#include <algorithm>

namespace quell::study {

double milliwatts(double energy_uj, timing::Cycles cycles, double clock_mhz) {
    return cycles == 0 ? 0 : 1e3 * energy_uj / (static_cast<double>(cycles) / clock_mhz);
}

DenoiserPower denoiser_power(const NetworkRun& run, double clock_mhz) {
    DenoiserPower power;
    power.unit_energy_uj = energy::denoiser_unit_energy_uj(run.events(), run.energy_table);
    // Between blocks the unit does nothing but leak.
    power.running_mw = milliwatts(energy::denoiser_unit_energy_uj(run.block_events(), run.energy_table),
                                  run.denoiser_cycles(), clock_mhz);
    power.average_mw = milliwatts(power.unit_energy_uj, run.total_cycles(), clock_mhz);
    return power;
}

nlohmann::ordered_json energy_by_module_json(const energy::EventCounts& counts,
                                             const energy::EnergyTable& table) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    const auto sums = energy::energy_by_module_uj(counts, table);
    for (std::size_t i = 0; i < sums.size(); ++i)
        json[std::string(energy::name(static_cast<energy::Module>(i)))] = sums[i];
    return json;
}

void add_energy(nlohmann::ordered_json& json, const NetworkRun& run, const config::Configuration& c) {
    const DenoiserPower power = denoiser_power(run, c.run.clock_mhz);
    const energy::Area area = energy::area_of(c.platform, c.tile);
    json["energy_by_module_uj"] = energy_by_module_json(run.events(), run.energy_table);
    json["average_power_mw"] =
        milliwatts(energy::energy_uj(run.events(), run.energy_table), run.total_cycles(), c.run.clock_mhz);
    json["denoiser_unit_energy_uj"] = power.unit_energy_uj;
    json["denoiser_running_power_mw"] = power.running_mw;
    json["denoiser_average_power_mw"] = power.average_mw;
    json["paper_denoiser_average_power_mw"] = paper_denoiser_power_mw;
    json["pe_area_mm2"] = area.pe_mm2();
    json["chip_area_mm2"] = area.chip_mm2();
}

void write_energy_lines(std::ostream& out, const NetworkRun& run, const config::Configuration& c) {
    const double total = energy::energy_uj(run.events(), run.energy_table);
    fmt::print(out, "energy          {:>13.1f} uJ, of it the denoiser {:.1f} uJ\n", total,
               energy::energy_uj(run.block_events(), run.energy_table));
    const auto sums = energy::energy_by_module_uj(run.events(), run.energy_table);
    out << "  by module    ";
    std::vector<std::size_t> order(sums.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return sums[a] > sums[b]; });
    double rest = 0;
    for (const std::size_t i : order) {
        if (sums[i] < 0.02 * total) {
            rest += sums[i];
        } else if (total > 0) {
            fmt::print(out, "  {} {:.0f} %", energy::name(static_cast<energy::Module>(i)),
                       100 * sums[i] / total);
        }
    }
    fmt::print(out, "  others {:.0f} %\n", total > 0 ? 100 * rest / total : 0);
    fmt::print(out, "power           {:>13.2f} mW on average",
               milliwatts(total, run.total_cycles(), c.run.clock_mhz));
    if (run.denoiser_cycles() > 0) {
        const DenoiserPower power = denoiser_power(run, c.run.clock_mhz);
        fmt::print(out,
                   "; the denoiser unit {:.2f} mW while it runs, {:.2f} mW over the run (the paper: {:g}, "
                   "docs/energy.md)",
                   power.running_mw, power.average_mw, paper_denoiser_power_mw);
    }
    const energy::Area area = energy::area_of(c.platform, c.tile);
    fmt::print(out, "\narea            {:>13.2f} mm2 at 32 nm without the denoiser's, {:.3f} mm2 a PE\n",
               area.chip_mm2(), area.pe_mm2());
}

}  // namespace quell::study
