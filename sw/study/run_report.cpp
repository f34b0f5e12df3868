#include "sw/study/run_report.h"

#include "models/timing/cycles.h"
#include "models/timing/tile_timing.h"
#include "sw/reference/program.h"
#include "sw/study/energy_report.h"

#include <fmt/ostream.h>

namespace quell::study {
namespace {

using Json = nlohmann::ordered_json;

// References: the organisation is public, the tiles' figures are not its own.
constexpr std::string_view provenance = "ISAAC/PUMA parameters in an MX-CGRA organisation";

constexpr std::size_t top_count = 5;

std::string_view fidelity_name(config::Fidelity fidelity) {
    switch (fidelity) {
        case config::Fidelity::analytic:
            return "analytic";
        case config::Fidelity::transaction:
            return "transaction";
        case config::Fidelity::cycle:
            return "cycle";
    }
    return "";
}

std::string_view preset_name(config::TilePreset preset) {
    return preset == config::TilePreset::isaac ? "isaac" : "puma";
}

template <typename Entries>
Json as_json(const Entries& entries) {
    Json object = Json::object();
    for (const auto& [name, cycles] : entries) object[std::string(name)] = cycles;
    return object;
}

// Of a pipelined batch: where the layer's time went while all images were on their way.
void add_batch(const BatchRun& batch, std::size_t layer, Json& json) {
    if (!batch.pipelined) return;
    json["batch_breakdown"] = as_json(batch.layers[layer].entries());
    json["output_buffers"] = batch.map_buffers[layer];
}

double per_second(double cycles, const config::Configuration& c) {
    return cycles == 0 ? 0 : 1e6 * c.run.clock_mhz / cycles;
}

void add_batch(const NetworkRun& run, const config::Configuration& c, Json& json) {
    const BatchRun& batch = run.batch;
    json["batch"] = batch.images;
    json["batch_pipelined"] = batch.pipelined;
    if (!batch.pipelined && batch.images > 1) json["batch_note"] = batch.reason;
    json["batch_cycles"] = batch.cycles;
    json["first_image_cycles"] = batch.first_image_cycles;
    json["interval_cycles"] = batch.interval_cycles();
    json["throughput_images_per_s"] = per_second(batch.interval_cycles(), c);
    json["batch_images_per_s"] =
        per_second(static_cast<double>(batch.cycles) / static_cast<double>(batch.images), c);
}

Json product_json(const config::Configuration& c) {
    const timing::TileTiming timing = timing::time_tile(c.tile, c.run.clock_mhz);
    return {{"steps", timing.product_steps},
            {"step_ns", timing.step_ns},
            {"product_ns", timing.product_ns},
            {"product_cycles", timing.product_cycles},
            {"interval_cycles", timing.interval_cycles}};
}

Json layer_json(const compiler::MachineLayer& layer, const LayerRun& run, const energy::EnergyTable& table) {
    Json json = {{"index", layer.convolution},
                 {"name", layer.name},
                 {"op", layer.op},
                 {"output", layer.output},
                 {"macs", layer.macs},
                 {"cycles", run.cycles()},
                 {"denoiser_cycles", run.block_cycles()},
                 {"breakdown", as_json(run.breakdown.entries())},
                 {"denoiser_breakdown", run.block ? as_json(run.block->breakdown.entries()) : Json::object()},
                 {"crossbars", layer.crossbars()},
                 {"replicas", layer.replicas},
                 {"energy_uj", energy::energy_uj(run.events, table)},
                 {"denoiser_energy_uj", energy::energy_uj(run.block_events, table)},
                 {"energy_by_module_uj", energy_by_module_json(run.events, table)}};
    if (run.block) {
        json["denoiser_macs"] = run.block->macs;
        json["denoiser_energy_by_module_uj"] = energy_by_module_json(run.block_events, table);
    }
    return json;
}

// Exporters give names of any length; the table shows their ends.
std::string shortened(const std::string& name) {
    constexpr std::size_t longest = 40, head = 18;
    if (name.size() <= longest) return name;
    return name.substr(0, head) + "..." + name.substr(name.size() - (longest - head - 3));
}

double share_percent(timing::Cycles part, timing::Cycles whole) {
    return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void write_batch(std::ostream& out, const NetworkRun& run, const config::Configuration& c) {
    const BatchRun& batch = run.batch;
    fmt::print(out, "\nbatch of {:<4}   {:>13} cycles, the first image done after {}\n", batch.images,
               batch.cycles, batch.first_image_cycles);
    fmt::print(out, "interval        {:>13.0f} cycles, {:.2f} images/s ({:.2f} with filling and draining)\n",
               batch.interval_cycles(), per_second(batch.interval_cycles(), c),
               per_second(static_cast<double>(batch.cycles) / static_cast<double>(batch.images), c));
    if (!batch.pipelined) {
        fmt::print(out, "one image after the other: {}\n", batch.reason);
        return;
    }
    std::size_t busiest = 0;
    for (std::size_t i = 0; i < batch.layers.size(); ++i) {
        if (batch.layers[i].idle < batch.layers[busiest].idle) busiest = i;
    }
    fmt::print(out, "busiest layer: {}, idle {:.1f} % of the time\n",
               shortened(run.network.layers[busiest].name),
               share_percent(batch.layers[busiest].idle, batch.cycles));
}

// What the noisy machine has that the clean one has not.
std::string additions(const ValueRun& values, const config::Configuration& c) {
    const bool noise = c.noise.model != config::NoiseModel::none;
    if (!values.blocks) return "noise";
    return noise ? "noise and blocks" : "blocks";
}

void write_values(std::ostream& out, const ValueRun& values, const config::Configuration& c) {
    fmt::print(out, "\nvalues: {} images, {} arithmetic, {:.3g} images/s\n", values.images,
               c.run.arithmetic == config::Arithmetic::fixed16 ? "fixed16" : "float32",
               values.images_per_second);
    if (values.clean_accuracy_percent)
        fmt::print(out, "accuracy without noise  {:.2f} %\n", *values.clean_accuracy_percent);
    if (values.noisy_accuracy_percent) {
        const std::string strength =
            c.noise.model == config::NoiseModel::gaussian
                ? fmt::format("  (sigma {:g} % of the magnitude)", c.noise.sigma_percent)
                : std::string();
        fmt::print(out, "accuracy with {}     {:.2f} %{}\n", additions(values, c),
                   *values.noisy_accuracy_percent, strength);
    }
    out << "predictions            ";
    const std::size_t shown = std::min<std::size_t>(values.predictions.size(), 16);
    for (std::size_t i = 0; i < shown; ++i) out << ' ' << values.predictions[i];
    out << (shown < values.predictions.size() ? " ...\n" : "\n");
    if (values.clean_accuracy_percent) return;
    for (std::size_t i = 0; i < shown; ++i) {
        const auto image = static_cast<std::int64_t>(i);
        fmt::print(out, "image {:<5} {:<21}", i,
                   values.noisy ? "with " + additions(values, c) : std::string());
        for (const std::int64_t k : top_classes(values, image, top_count))
            fmt::print(out, "  {} ({:.3f})", k, values.logits.data()[image * values.logits.shape[1] + k]);
        fmt::print(out, "{}\n",
                   values.noisy ? fmt::format("  without: {}", values.clean_predictions[i]) : "");
    }
}

Json top_json(const ValueRun& values) {
    Json images = Json::array();
    for (std::int64_t i = 0; i < values.images; ++i) {
        Json classes = Json::array();
        for (const std::int64_t k : top_classes(values, i, top_count)) {
            classes.push_back(
                {{"class", k}, {"logit", values.logits.data()[i * values.logits.shape[1] + k]}});
        }
        images.push_back(std::move(classes));
    }
    return images;
}

void add_values(Json& json, const ValueRun& values) {
    json["images"] = values.images;
    if (values.clean_accuracy_percent) {
        json["clean_accuracy_percent"] = *values.clean_accuracy_percent;
        json["accuracy_percent"] = values.noisy_accuracy_percent.value_or(*values.clean_accuracy_percent);
    }
    json["predictions"] = values.predictions;
    json["clean_predictions"] = values.clean_predictions;
    if (!values.clean_accuracy_percent) json["top5"] = top_json(values);
    json["blocks_in_values"] = values.blocks;
    json["images_per_second"] = values.images_per_second;
}

}  // namespace

nlohmann::ordered_json run_json(const NetworkRun& run, const config::Configuration& c,
                                const std::optional<ValueRun>& values) {
    const energy::EnergyTable& table = run.energy_table;
    Json layers = Json::array(), other = Json::array();
    for (std::size_t i = 0; i < run.layers.size(); ++i) {
        const compiler::MachineLayer& layer = run.network.layers[i];
        if (layer.convolution > 0) {
            layers.push_back(layer_json(layer, run.layers[i], table));
            add_batch(run.batch, i, layers.back());
        } else {
            other.push_back({{"name", layer.name},
                             {"op", layer.op},
                             {"cycles", run.layers[i].cycles()},
                             {"macs", layer.macs},
                             {"output", layer.output},
                             {"breakdown", as_json(run.layers[i].breakdown.entries())},
                             {"energy_uj", energy::energy_uj(run.layers[i].events, table)},
                             {"energy_by_module_uj", energy_by_module_json(run.layers[i].events, table)}});
            add_batch(run.batch, i, other.back());
        }
    }
    Json json = {{"schema", "quell.run/1"},
                 {"model", run.network.name},
                 {"fidelity", fidelity_name(c.run.fidelity)},
                 {"clock_mhz", c.run.clock_mhz},
                 {"baseline_cycles", run.baseline_cycles()},
                 {"denoiser_cycles", run.denoiser_cycles()},
                 {"total_cycles", run.total_cycles()},
                 {"overhead_percent", run.overhead_percent()},
                 {"latency_us", run.latency_us(c.run.clock_mhz)},
                 {"energy_uj", energy::energy_uj(run.events(), table)},
                 {"denoiser_energy_uj", energy::energy_uj(run.block_events(), table)},
                 {"note", provenance},
                 {"program_version", reference::program_version()},
                 {"program_build", reference::program_build()},
                 {"tile_preset", preset_name(c.tile.preset)},
                 {"crossbar_product", product_json(c)},
                 {"crossbars", run.network.crossbars},
                 {"resident", run.network.resident},
                 {"sim_seconds", run.seconds},
                 {"layers", std::move(layers)},
                 {"other", std::move(other)}};
    add_energy(json, run, c);
    add_batch(run, c, json);
    if (values) add_values(json, *values);
    return json;
}

void write_run_table(std::ostream& out, const NetworkRun& run, const config::Configuration& c,
                     const std::optional<ValueRun>& values) {
    const timing::Cycles total = run.total_cycles();
    fmt::print(out, "{}, one image, {}; {}\n", run.network.name, fidelity_name(c.run.fidelity), provenance);
    fmt::print(out, "{} x {} PEs of {} crossbars, {}x{} cells ({}); {} crossbars in use, {}\n",
               c.platform.grid_rows, c.platform.grid_columns, c.platform.crossbars_per_pe, c.tile.rows,
               c.tile.columns, preset_name(c.tile.preset), run.network.crossbars,
               run.network.resident ? "weights resident" : "weights written during the run");
    const timing::TileTiming product = timing::time_tile(c.tile, c.run.clock_mhz);
    fmt::print(out, "a product: {} steps of {:g} ns, {:g} ns; the next begins after {} cycles\n\n",
               product.product_steps, product.step_ns, product.product_ns, product.interval_cycles);

    std::size_t widest = 5;
    for (const compiler::MachineLayer& layer : run.network.layers)
        widest = std::max(widest, shortened(layer.name).size());
    fmt::print(out, "{:>4}  {:<{}}  {:<18} {:>13} {:>14} {:>13} {:>7} {:>12} {:>10}\n", "conv", "layer",
               widest, "operation", "output", "MACs", "cycles", "share", "denoiser", "uJ");
    for (std::size_t i = 0; i < run.layers.size(); ++i) {
        const compiler::MachineLayer& layer = run.network.layers[i];
        const LayerRun& result = run.layers[i];
        const timing::Cycles cycles = result.cycles() + result.block_cycles();
        fmt::print(out, "{:>4}  {:<{}}  {:<18} {:>13} {:>14} {:>13} {:>6.2f}% {:>12} {:>10.2f}\n",
                   layer.convolution > 0 ? std::to_string(layer.convolution) : "", shortened(layer.name),
                   widest, layer.op, to_string(layer.output),
                   layer.macs > 0 ? std::to_string(layer.macs) : "", result.cycles(),
                   share_percent(cycles, total), result.block ? std::to_string(result.block_cycles()) : "",
                   energy::energy_uj(result.events, run.energy_table) +
                       energy::energy_uj(result.block_events, run.energy_table));
    }

    fmt::print(out, "\nbaseline        {:>13} cycles\n", run.baseline_cycles());
    fmt::print(out, "denoiser        {:>13} cycles, {:.2f} % more\n", run.denoiser_cycles(),
               run.overhead_percent());
    fmt::print(out, "total           {:>13} cycles, {:.2f} us at {:g} MHz\n", total,
               run.latency_us(c.run.clock_mhz), c.run.clock_mhz);
    write_energy_lines(out, run, c);

    timing::CycleBreakdown sum;
    for (const LayerRun& layer : run.layers) sum += layer.breakdown;
    out << "the baseline's cycles:";
    for (const auto& [name, cycles] : sum.entries()) {
        if (cycles > 0) fmt::print(out, "  {} {}", name, cycles);
    }
    out << '\n';
    if (run.batch.images > 1) write_batch(out, run, c);
    if (values) write_values(out, *values, c);
    fmt::print(out, "\nsimulated in {:.3f} s\n", run.seconds);
}

void write_run_csv(std::ostream& out, const NetworkRun& run) {
    out << "index,name,op,output,macs,crossbars,cycles";
    for (const auto& [name, cycles] : timing::CycleBreakdown{}.entries()) fmt::print(out, ",{}_cycles", name);
    out << ",denoiser_cycles,energy_uj,denoiser_energy_uj\n";
    for (std::size_t i = 0; i < run.layers.size(); ++i) {
        const compiler::MachineLayer& layer = run.network.layers[i];
        fmt::print(out, "{},{},{},{},{},{},{}", layer.convolution, layer.name, layer.op,
                   to_string(layer.output), layer.macs, layer.crossbars(), run.layers[i].cycles());
        for (const auto& [name, cycles] : run.layers[i].breakdown.entries()) fmt::print(out, ",{}", cycles);
        fmt::print(out, ",{},{},{}\n", run.layers[i].block_cycles(),
                   energy::energy_uj(run.layers[i].events, run.energy_table),
                   energy::energy_uj(run.layers[i].block_events, run.energy_table));
    }
}

}  // namespace quell::study
