#include "sw/study/report/run_figures.h"

#include "sw/figure/printable.h"
#include "sw/study/report/axis_ticks.h"
#include "sw/study/report/palette.h"
#include "sw/study/report/stacks.h"

#include <fmt/format.h>

#include <algorithm>

namespace quell::study {
namespace {

std::string heading(const char* what, const RunRecord& run) {
    return fmt::format("{}, {}", what, figure::shortened(run.model, 32));
}

std::vector<RecordedLayer> convolutions(const RunRecord& run) {
    std::vector<RecordedLayer> layers;
    std::ranges::copy_if(run.layers, std::back_inserter(layers),
                         [](const RecordedLayer& layer) { return layer.number > 0; });
    return layers;
}

// Every number where they fit, else every second, fifth, ...
FigureAxis layer_axis(const std::vector<RecordedLayer>& layers) {
    FigureAxis axis{"convolution, in the order of execution"};
    std::int64_t last = 0;
    for (const RecordedLayer& layer : layers) last = std::max(last, layer.number);
    axis.low = 0.4;
    axis.high = static_cast<double>(last) + 0.6;
    std::int64_t stride = 1;
    for (const std::int64_t wider : {2, 5, 10, 20, 50, 100, 200, 500, 1000}) {
        if (last / stride > 20) stride = wider;
    }
    if (stride > 1) axis.ticks.push_back({1, "1"});
    for (std::int64_t i = stride; i <= last; i += stride)
        axis.ticks.push_back({static_cast<double>(i), std::to_string(i)});
    return axis;
}

// A row's cells from where it ends: what the columns' names ask for. A file may have the kinds in any order.
void append(const NamedNumbers& parts, const std::vector<std::string>& columns, std::vector<DataCell>& row) {
    for (std::size_t i = row.size(); i < columns.size(); ++i) {
        const auto found = std::ranges::find_if(
            parts, [&](const auto& part) { return part.first + "_cycles" == columns[i]; });
        row.push_back(found == parts.end() ? cell_if(false, 0) : cell_if(true, found->second));
    }
}

Figure cycles_figure(const RunRecord& run, const std::vector<RecordedLayer>& layers) {
    Figure figure;
    figure.name = "cycles-per-layer";
    figure.title = heading("Cycles per layer", run);
    figure.caption =
        "Cycles of each convolution without and with its denoiser block. Only layers with a block differ.";
    figure.x = layer_axis(layers);
    figure.y = {"cycles", true, true};
    FigureBars without{"without denoising", std::string(baseline_colour), {}},
        with{"with denoising", std::string(denoiser_colour), {}};
    figure.data.columns = {"layer", "name", "cycles", "cycles_with_denoising"};
    for (const RecordedLayer& layer : layers) {
        const auto at = static_cast<double>(layer.number);
        const double together = layer.cycles + layer.denoiser_cycles;
        if (layer.cycles > 0) without.boxes.push_back({at - 0.4, at, layer.cycles, layer.cycles});
        if (together > 0) with.boxes.push_back({at, at + 0.4, together, together});
        figure.data.rows.push_back({at, layer.name, layer.cycles, together});
    }
    figure.bars = {std::move(without), std::move(with)};
    complete_axes(figure);
    for (FigureBars& bars : figure.bars) {
        for (FigureBox& box : bars.boxes) box.bottom = figure.y.low;
    }
    return figure;
}

Figure breakdown_figure(const RunRecord& run, const std::vector<RecordedLayer>& layers) {
    Figure figure;
    figure.name = "breakdown-per-layer";
    figure.title = heading("Where the cycles went", run);
    figure.caption =
        "Each convolution's cycles by what they were spent on, in percent of them; \"denoiser\" is all of "
        "its block.";
    figure.x = layer_axis(layers);
    figure.y = {"share of the layer's cycles, %", false, true, 0, 100};
    std::vector<Stack> stacks;
    figure.data.columns = {"layer", "name"};
    for (const auto& [kind, cycles] : layers[0].breakdown) figure.data.columns.push_back(kind + "_cycles");
    figure.data.columns.push_back("denoiser_cycles");
    for (const RecordedLayer& layer : layers) {
        NamedNumbers parts = layer.breakdown;
        parts.emplace_back("denoiser", layer.denoiser_cycles);
        std::vector<DataCell> row{static_cast<double>(layer.number), layer.name};
        append(parts, figure.data.columns, row);
        figure.data.rows.push_back(std::move(row));
        stacks.push_back({static_cast<double>(layer.number), in_percent(parts)});
    }
    figure.bars = stacked_bars(stacks, true);
    complete_axes(figure);
    return figure;
}

Figure energy_figure(const RunRecord& run) {
    Figure figure;
    figure.name = "energy-by-module";
    figure.title = heading("Energy of one inference by module", run);
    figure.caption =
        "Modules that use none are left out; the denoiser unit's own are in the second colour, orange.";
    NamedNumbers modules = run.energy_by_module_uj;
    std::erase_if(modules, [](const auto& module) { return module.second <= 0; });
    std::ranges::stable_sort(modules, std::greater(), &NamedNumbers::value_type::second);
    double sum = 0;
    for (const auto& [name, energy] : modules) sum += energy;
    figure.data.columns = {"module", "energy_uj", "share_percent"};
    FigureBars machine{"", std::string(baseline_colour), {}}, denoiser{"", std::string(denoiser_colour), {}};
    for (std::size_t i = 0; i < modules.size(); ++i) {
        const auto& [name, energy] = modules[i];
        const double y = -static_cast<double>(i), share = 100 * energy / sum;
        figure.y.ticks.push_back({y, name});
        (name.starts_with("denoiser") ? denoiser : machine).boxes.push_back({0, energy, y - 0.4, y + 0.4});
        figure.texts.push_back({energy, y, share < 0.1 ? "< 0.1 %" : fmt::format("{:.1f} %", share)});
        figure.data.rows.push_back({name, energy, share});
    }
    figure.bars = {std::move(machine), std::move(denoiser)};
    figure.x = {"energy, uJ", false, true};
    figure.x.high = modules[0].second * 1.15;  // with room for the shares
    figure.y.high = 0.6;
    figure.y.low = 0.4 - static_cast<double>(modules.size());
    figure.height = 110 + 22 * static_cast<int>(modules.size());
    complete_axes(figure);
    return figure;
}

// Lying bars, each with its layer and cycles, where that makes no taller a figure than the others; else
// standing ones over the layers' numbers.
Figure denoiser_figure(const RunRecord& run, const std::vector<RecordedLayer>& blocks) {
    constexpr std::size_t most_lying = 12, few = 6;
    const bool upright = blocks.size() > most_lying;
    Figure figure;
    figure.name = "denoiser-breakdown";
    figure.title = heading("Where the denoiser blocks' cycles went", run);
    figure.caption = upright ? "In percent of each block's cycles, by the convolution it follows; the cycles "
                               "stand in the table of layers."
                             : "In percent of each block's cycles; the layer's number and the block's cycles "
                               "stand beside it.";
    FigureAxis& share = upright ? figure.y : figure.x;
    share = {"share of the block's cycles, %", false, true, 0, 100};
    std::vector<Stack> stacks;
    figure.data.columns = {"layer", "name", "denoiser_cycles"};
    for (const auto& [kind, cycles] : blocks[0].denoiser_breakdown)
        figure.data.columns.push_back(kind + "_cycles");
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const RecordedLayer& layer = blocks[i];
        const double position = upright ? static_cast<double>(layer.number) : -static_cast<double>(i);
        if (!upright) {
            figure.y.ticks.push_back(
                {position, fmt::format("conv {}: {}", layer.number, tick_label(layer.denoiser_cycles))});
        }
        stacks.push_back({position, in_percent(layer.denoiser_breakdown)});
        std::vector<DataCell> row{static_cast<double>(layer.number), layer.name, layer.denoiser_cycles};
        append(layer.denoiser_breakdown, figure.data.columns, row);
        figure.data.rows.push_back(std::move(row));
    }
    if (upright) {
        figure.x = layer_axis(blocks);
    } else {
        figure.y.high = 0.6;
        figure.y.low = 0.4 - static_cast<double>(blocks.size());
        figure.height = 210 + (blocks.size() > few ? 24 : 34) * static_cast<int>(blocks.size());
    }
    figure.bars = stacked_bars(stacks, upright);
    complete_axes(figure);
    return figure;
}

}  // namespace

std::vector<Figure> run_figures(const RunRecord& run) {
    std::vector<Figure> figures;
    const std::vector<RecordedLayer> layers = convolutions(run);
    if (!layers.empty()) {
        figures.push_back(cycles_figure(run, layers));
        figures.push_back(breakdown_figure(run, layers));
    }
    if (std::ranges::any_of(run.energy_by_module_uj, [](const auto& module) { return module.second > 0; }))
        figures.push_back(energy_figure(run));
    std::vector<RecordedLayer> blocks = layers;
    std::erase_if(blocks, [](const RecordedLayer& layer) { return layer.denoiser_cycles <= 0; });
    if (!blocks.empty()) figures.push_back(denoiser_figure(run, blocks));
    return figures;
}

}  // namespace quell::study
