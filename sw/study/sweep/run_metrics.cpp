#include "sw/study/sweep/run_metrics.h"

#include "models/energy/area.h"
#include "sw/study/energy_report.h"

#include <fmt/format.h>

namespace quell::study {
namespace {

timing::CycleBreakdown baseline_breakdown(const NetworkRun& run) {
    timing::CycleBreakdown sum;
    for (const LayerRun& layer : run.layers) sum += layer.breakdown;
    return sum;
}

timing::BlockBreakdown denoiser_breakdown(const NetworkRun& run) {
    timing::BlockBreakdown sum;
    for (const LayerRun& layer : run.layers) {
        if (layer.block) sum += layer.block->breakdown;
    }
    return sum;
}

std::string in_words(std::string_view name) {
    std::string words(name);
    for (char& c : words) {
        if (c == '_') c = ' ';
    }
    return words;
}

}  // namespace

std::vector<Metric> sweep_metrics(bool with_accuracy) {
    using enum Better;
    std::vector<Metric> metrics{
        {"baseline_cycles", "cycles", "cycles of one image without blocks", less},
        {"denoiser_cycles", "cycles", "cycles of the denoiser blocks", less},
        {"total_cycles", "cycles", "cycles of one image", less},
        {"overhead_percent", "%", "cycles that the blocks add", less},
        {"latency_us", "us", "latency of one image", less},
        {"images_per_s", "images/s", "throughput", more},
        {"energy_uj", "uJ", "energy of one image", less},
        {"denoiser_energy_uj", "uJ", "energy of the denoiser blocks", less},
        {"average_power_mw", "mW", "average power", less},
        {"denoiser_power_mw", "mW", "average power of the denoiser unit", less},
        {"area_mm2", "mm2", "area without denoiser", less},
        {"crossbars", "crossbars", "crossbars in use", less},
    };
    for (const auto& [name, cycles] : timing::CycleBreakdown{}.entries()) {
        metrics.push_back({fmt::format("baseline_{}_cycles", name), "cycles",
                           fmt::format("{} of the baseline", in_words(name)), none});
    }
    for (const auto& [name, cycles] : timing::BlockBreakdown{}.entries()) {
        metrics.push_back({fmt::format("denoiser_{}_cycles", name), "cycles",
                           fmt::format("{} of the blocks", in_words(name)), none});
    }
    if (with_accuracy) metrics.push_back({std::string(accuracy_metric), "%", "accuracy", more});
    return metrics;
}

std::vector<double> measure(const NetworkRun& run, const config::Configuration& c) {
    const energy::EventCounts block_events = run.block_events(), events = run.events();
    const double energy_uj = energy::energy_uj(events, run.energy_table);
    const double interval = run.batch.interval_cycles();
    std::vector<double> values{
        static_cast<double>(run.baseline_cycles()),
        static_cast<double>(run.denoiser_cycles()),
        static_cast<double>(run.total_cycles()),
        run.overhead_percent(),
        run.latency_us(c.run.clock_mhz),
        interval == 0 ? 0 : 1e6 * c.run.clock_mhz / interval,
        energy_uj,
        energy::energy_uj(block_events, run.energy_table),
        milliwatts(energy_uj, run.total_cycles(), c.run.clock_mhz),
        milliwatts(energy::denoiser_unit_energy_uj(events, run.energy_table), run.total_cycles(),
                   c.run.clock_mhz),
        energy::area_of(c.platform, c.tile).chip_mm2(),
        static_cast<double>(run.network.crossbars),
    };
    for (const auto& [name, cycles] : baseline_breakdown(run).entries())
        values.push_back(static_cast<double>(cycles));
    for (const auto& [name, cycles] : denoiser_breakdown(run).entries())
        values.push_back(static_cast<double>(cycles));
    return values;
}

}  // namespace quell::study
