#include "sw/cli/block_report.h"

#include "models/base/sha256.h"
#include "models/energy/event_counting.h"
#include "models/timing/roofline.h"
#include "sw/study/energy_report.h"

#include <fmt/format.h>

#include <ostream>
#include <span>

namespace quell::cli {

using Json = nlohmann::ordered_json;
using numeric::Word;

Json breakdown_json(const timing::BlockBreakdown& b) {
    return {{"compute", b.compute},       {"fill", b.fill}, {"drain", b.drain}, {"sram_stall", b.sram_stall},
            {"lane_stall", b.lane_stall}, {"load", b.load}, {"store", b.store}, {"bus_stall", b.bus_stall},
            {"control", b.control}};
}

Json plan_json(const timing::BlockPlan& plan) {
    return {{"bottleneck", plan.geometry.bottleneck},
            {"groups", plan.geometry.groups},
            {"cores_used", plan.cores},
            {"lanes_used", plan.lanes},
            {"lanes_beside_cores", plan.lane_mode == timing::LaneMode::beside_cores},
            {"strip_pixels", plan.strip_pixels},
            {"strips", plan.strips},
            {"lookahead_strips", plan.lookahead},
            {"head_channels", plan.head_channels},
            {"activation_words", plan.activation_words},
            {"weights_resident", plan.weights_resident},
            {"core_read_words", plan.core_read_words},
            {"core_write_words", plan.core_write_words},
            {"lane_read_words", plan.lane_read_words},
            {"lane_write_words", plan.lane_write_words}};
}

std::string_view fidelity_name(config::Fidelity fidelity) {
    return fidelity == config::Fidelity::analytic      ? "analytic"
           : fidelity == config::Fidelity::transaction ? "transaction"
                                                       : "cycle";
}

namespace {

Json phases_json(const timing::BlockTiming& timing) {
    Json phases = Json::array();
    for (std::size_t k = 0; k < timing::kPhases; ++k) {
        phases.push_back({{"name", timing::phase_name(static_cast<timing::Phase>(k))},
                          {"cycles", timing.phases[k]},
                          {"macs", timing.phase_macs[k]}});
    }
    return phases;
}

Json counts_json(const timing::BlockCounts& c) {
    return {{"multiplies", c.multiplies},
            {"activation_sram_reads", c.activation_reads},
            {"activation_sram_writes", c.activation_writes},
            {"weight_sram_reads", c.weight_reads},
            {"dma_words", c.dma_words},
            {"normals", c.normals}};
}

Json roofline_json(const timing::Roofline& roofline) {
    Json json;
    for (const auto& [resource, cycles] : roofline.entries()) json[std::string(resource)] = cycles;
    return json;
}

std::string hash(const std::vector<Word>& words) {
    return sha256(std::as_bytes(std::span(words)));
}

// Of the unit's modules, and with what it asks of memory.
struct BlockEnergy {
    energy::EventCounts events;
    double all_uj = 0, unit_uj = 0, unit_mw = 0;

    BlockEnergy(const BlockOutcome& outcome, const config::Configuration& c,
                const energy::EnergyTable& table) {
        const double nanoseconds = static_cast<double>(outcome.timing.cycles) * 1e3 / c.run.clock_mhz;
        events = energy::count_events(outcome.timing, outcome.plan.geometry, c.denoiser);
        events += energy::count_time(nanoseconds, 0, 0, true);
        all_uj = energy::energy_uj(events, table);
        unit_uj = energy::denoiser_unit_energy_uj(events, table);
        unit_mw = 1e6 * unit_uj / nanoseconds;
    }
};

Json json(const BlockOutcome& outcome, const config::Configuration& c, const energy::EnergyTable& table) {
    const denoiser::Geometry& g = outcome.plan.geometry;
    Json result = {{"schema", "quell.block/1"},
                   {"fidelity", fidelity_name(c.run.fidelity)},
                   {"channels", g.channels},
                   {"height", g.height},
                   {"width", g.width}};
    result.update(outcome_json(outcome, c.denoiser, c.run.clock_mhz));
    const BlockEnergy energy(outcome, c, table);
    result["energy_uj"] = energy.all_uj;
    result["unit_energy_uj"] = energy.unit_uj;
    result["unit_power_mw"] = energy.unit_mw;
    result["energy_by_module_uj"] = study::energy_by_module_json(energy.events, table);
    result["sim_seconds"] = outcome.seconds;
    return result;
}

void write_csv(const BlockOutcome& outcome, std::ostream& out) {
    out << "phase,cycles,macs\n";
    for (std::size_t k = 0; k < timing::kPhases; ++k) {
        out << fmt::format("{},{},{}\n", timing::phase_name(static_cast<timing::Phase>(k)),
                           outcome.timing.phases[k], outcome.timing.phase_macs[k]);
    }
}

void write_table(const BlockOutcome& outcome, const config::Configuration& c,
                 const energy::EnergyTable& table, std::ostream& out) {
    const timing::BlockTiming& t = outcome.timing;
    const denoiser::Geometry& g = outcome.plan.geometry;
    out << fmt::format(
        "denoiser block {}x{}x{}, bottleneck {}, {} of {} cores, {} of {} lanes, {} strip{} of {} "
        "pixels\n\n",
        g.channels, g.height, g.width, g.bottleneck, outcome.plan.cores, c.denoiser.cores, outcome.plan.lanes,
        c.denoiser.lanes, outcome.plan.strips, outcome.plan.strips == 1 ? "" : "s",
        outcome.plan.strip_pixels);
    const bool sums = c.denoiser.schedule == config::Schedule::sequential;
    out << fmt::format("{:<14}{:>12}{:>14}{:>12}\n", sums ? "phase" : "phase, active", "cycles", "MACs",
                       "multipliers");
    for (std::size_t k = 0; k < timing::kPhases; ++k) {
        std::string use;
        if (t.phase_macs[k] > 0 && t.phases[k] > 0) {
            use = fmt::format("{:.1f} %", 100.0 * static_cast<double>(t.phase_macs[k]) /
                                              (9.0 * c.denoiser.cores * static_cast<double>(t.phases[k])));
        }
        out << fmt::format("{:<14}{:>12}{:>14}{:>12}\n", timing::phase_name(static_cast<timing::Phase>(k)),
                           t.phases[k], t.phase_macs[k], use);
    }
    out << fmt::format("{:<14}{:>12}{:>14}{:>12}\n\n", "total", t.cycles, t.macs,
                       fmt::format("{:.1f} %", 100 * t.utilisation()));
    out << fmt::format("the 1x1 convolutions use {:.1f} % of the multipliers\n",
                       100 * t.pointwise_utilisation(c.denoiser.cores));
    out << "where the cycles went:";
    const Json breakdown = breakdown_json(t.breakdown);
    for (const auto& [name, cycles] : breakdown.items()) {
        if (cycles.get<std::int64_t>() != 0) out << fmt::format("  {} {}", name, cycles.get<std::int64_t>());
    }
    out << "\neach resource alone would need:";
    const timing::Roofline roofline = timing::roofline(outcome.plan, t, c.denoiser);
    for (const auto& [resource, cycles] : roofline.entries()) out << fmt::format("  {} {}", resource, cycles);
    out << fmt::format("\n{:.3f} times the multipliers' bound of {}; {:.2f} us at {:g} MHz\n",
                       static_cast<double>(t.cycles) / static_cast<double>(t.bound_cycles), t.bound_cycles,
                       static_cast<double>(t.cycles) / c.run.clock_mhz, c.run.clock_mhz);
    const BlockEnergy energy(outcome, c, table);
    out << fmt::format("energy {:.3f} uJ, {:.3f} uJ of it in the unit: {:.2f} mW\n", energy.all_uj,
                       energy.unit_uj, energy.unit_mw);
    if (outcome.output) out << "output sha256 " << hash(*outcome.output) << '\n';
    out << fmt::format("simulated in {:.3f} s ({})\n", outcome.seconds, fidelity_name(c.run.fidelity));
}

}  // namespace

Json outcome_json(const BlockOutcome& outcome, const config::DenoiserConfig& machine, double clock_mhz) {
    const timing::BlockTiming& t = outcome.timing;
    return {{"cycles", t.cycles},
            {"bound_cycles", t.bound_cycles},
            {"macs", t.macs},
            {"utilisation", t.utilisation()},
            {"pointwise_utilisation", t.pointwise_utilisation(machine.cores)},
            {"latency_us", static_cast<double>(t.cycles) / clock_mhz},
            {"phases", phases_json(t)},
            {"breakdown", breakdown_json(t.breakdown)},
            {"roofline_cycles", roofline_json(timing::roofline(outcome.plan, t, machine))},
            {"counts", counts_json(t.counts)},
            {"plan", plan_json(outcome.plan)},
            {"output_sha256", outcome.output ? Json(hash(*outcome.output)) : Json(nullptr)}};
}

void write_block_report(const BlockOutcome& outcome, const config::Configuration& c,
                        const energy::EnergyTable& table, std::ostream& out) {
    switch (c.run.format) {
        case config::Format::json:
            out << json(outcome, c, table).dump(2) << '\n';
            break;
        case config::Format::csv:
            write_csv(outcome, out);
            break;
        case config::Format::table:
            write_table(outcome, c, table, out);
            break;
    }
}

}  // namespace quell::cli
