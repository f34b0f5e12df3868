#include "sw/study/report/run_part.h"

#include "sw/study/report/run_figures.h"

#include <fmt/format.h>

#include <array>

namespace quell::study {
namespace {

struct Total {
    const char *key, *title, *unit;
};

constexpr std::array<Total, 16> totals = {{{"baseline_cycles", "without denoising", "cycles"},
                                           {"denoiser_cycles", "denoiser", "cycles"},
                                           {"total_cycles", "together", "cycles"},
                                           {"overhead_percent", "overhead of denoising", "%"},
                                           {"latency_us", "latency of one image", "us"},
                                           {"throughput_images_per_s", "throughput", "images/s"},
                                           {"energy_uj", "energy of one image", "uJ"},
                                           {"denoiser_energy_uj", "of it the denoiser", "uJ"},
                                           {"average_power_mw", "average power", "mW"},
                                           {"denoiser_average_power_mw", "denoiser unit, over the run", "mW"},
                                           {"chip_area_mm2", "area without the denoiser's", "mm2"},
                                           {"crossbars", "crossbars in use", ""},
                                           {"clock_mhz", "clock", "MHz"},
                                           {"images", "images whose values were computed", ""},
                                           {"clean_accuracy_percent", "accuracy without noise", "%"},
                                           {"accuracy_percent", "accuracy", "%"}}};

std::string with_unit(const char* name, const char* unit) {
    return *unit == 0 ? std::string(name) : fmt::format("{}, {}", name, unit);
}

DataTable layer_table(const RunRecord& run) {
    DataTable table;
    table.columns = {"layer",           "name",      "op",
                     "output",          "macs",      "cycles",
                     "denoiser_cycles", "energy_uj", "denoiser_energy_uj"};
    table.titles = {"conv",   "layer",           "operation",  "output",      "MACs",
                    "cycles", "denoiser cycles", "energy, uJ", "denoiser, uJ"};
    for (const RecordedLayer& layer : run.layers) {
        const bool block = layer.denoiser_cycles > 0;
        table.rows.push_back({cell_if(layer.number > 0, static_cast<double>(layer.number)), layer.name,
                              layer.op, layer.output, cell_if(layer.macs > 0, layer.macs), layer.cycles,
                              cell_if(block, layer.denoiser_cycles), layer.energy_uj,
                              cell_if(block, layer.denoiser_energy_uj)});
    }
    return table;
}

}  // namespace

ReportPart run_part(const RunRecord& run, const std::string& file) {
    ReportPart part;
    part.title = "Run of " + run.model;
    part.paragraphs = {
        fmt::format("From {}, {} fidelity{}.", file, run.fidelity, run.note.empty() ? "" : "; " + run.note)};
    for (const Total& total : totals) {
        if (run.has(total.key))
            part.highlights.emplace_back(readable(run.figure(total.key)), with_unit(total.title, total.unit));
    }
    part.figures = run_figures(run);
    if (run.figure("denoiser_cycles") == 0) part.remarks = {"The network has no denoiser block."};
    DataTable layers = layer_table(run);
    part.files.emplace_back("layers", csv(layers));
    part.tables.push_back(
        {"Layers", "Convolutions in the order of execution, then everything else.", std::move(layers)});
    return part;
}

ReportTable runs_side_by_side(const std::vector<std::pair<std::string, const RunRecord*>>& runs) {
    DataTable table;
    table.columns = {"figure"};
    for (const auto& [file, run] : runs) table.columns.push_back(file);
    for (const Total& total : totals) {
        std::vector<DataCell> row{with_unit(total.title, total.unit)};
        bool any = false;
        for (const auto& [file, run] : runs) {
            any = any || run->has(total.key);
            row.push_back(cell_if(run->has(total.key), run->figure(total.key)));
        }
        if (any) table.rows.push_back(std::move(row));
    }
    return {"Runs side by side", "", std::move(table)};
}

}  // namespace quell::study
