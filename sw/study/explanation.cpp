#include "sw/study/explanation.h"

#include "models/base/error.h"
#include "models/config/edit_distance.h"
#include "models/config/value_text.h"
#include "models/timing/layer_bounds.h"
#include "models/timing/plan_search.h"
#include "models/timing/platform_timing.h"
#include "models/timing/roofline.h"

#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace quell::study {
namespace {

using Json = nlohmann::ordered_json;
using timing::Cycles;
using timing::Resource;

std::vector<std::string> names_of(const NetworkRun& run) {
    std::vector<std::string> names;
    for (const compiler::MachineLayer& layer : run.network.layers) {
        names.push_back(layer.name);
        names.insert(names.end(), layer.fused.begin(), layer.fused.end());
        if (layer.denoised) names.push_back(fmt::format("block{}", layer.convolution));
    }
    return names;
}

[[noreturn]] void refuse(const NetworkRun& run, const std::string& words) {
    std::vector<std::string> names = names_of(run);
    std::ranges::stable_sort(names, [&](const std::string& a, const std::string& b) {
        return config::edit_distance(words, a) < config::edit_distance(words, b);
    });
    names.resize(std::min<std::size_t>(names.size(), 3));
    std::int64_t convolutions = 0;
    for (const compiler::MachineLayer& layer : run.network.layers)
        convolutions = std::max(convolutions, layer.convolution);
    throw UsageError(
        "--explain {}: {} has no such layer; the nearest names are {}; convolutions are numbered from 1 to "
        "{}, "
        "the block behind one is block and its number",
        words, run.network.name, fmt::join(names, ", "), convolutions);
}

std::optional<std::size_t> convolution(const NetworkRun& run, std::int64_t number) {
    for (std::size_t i = 0; i < run.network.layers.size(); ++i) {
        if (run.network.layers[i].convolution == number && number > 0) return i;
    }
    return std::nullopt;
}

// What one line of an explanation says: a name, its cycles and what they are.
struct Line {
    std::string name;
    Cycles cycles = 0;
    std::string words;
};

struct Need {
    std::string name;
    Cycles least = 0;
    std::string words;
};

struct Explanation {
    std::string title;
    Cycles cycles = 0;
    std::vector<Line> went;
    std::vector<Need> needs;     // the most first
    std::size_t binding = 0;     // of them, the first
    Cycles cycles_if_free = -1;  // unknown
    std::string verdict;
};

std::string crossbar_words(const compiler::MachineLayer& layer, const timing::TileTiming& tile) {
    std::int64_t products = 0;
    for (const timing::Pass& pass : layer.passes) {
        for (const timing::StripRun& run : pass.runs) products += run.count * run.strip.products;
    }
    if (products == 0) return "none take part";
    return fmt::format(
        "{} product{} of {} cycles one after the other{}, {} cop{} of the weights on {} crossbars", products,
        products == 1 ? "" : "s", tile.interval_cycles - tile.converter_wait_cycles,
        layer.passes.size() > 1 ? fmt::format(" in {} passes", layer.passes.size()) : "", layer.replicas,
        layer.replicas == 1 ? "y" : "ies", layer.crossbars());
}

std::string words_of(Resource resource, const compiler::MachineLayer& layer,
                     const timing::PlatformTiming& timing, const config::Configuration& c) {
    const config::PlatformConfig& p = c.platform;
    const auto memory = [](const config::MemoryConfig& m) {
        return fmt::format("{} port{} of {} bits, {} cycles before the first word", m.ports,
                           m.ports == 1 ? "" : "s", m.port_bits, m.latency);
    };
    switch (resource) {
        case Resource::programming:
            return std::ranges::any_of(layer.passes, [](const timing::Pass& pass) { return pass.program; })
                       ? fmt::format("weights written in {} pass{}, {} crossbars of a PE at a time",
                                     layer.passes.size(), layer.passes.size() == 1 ? "" : "es", p.write_units)
                       : "the weights stay on the grid";
        case Resource::crossbars:
            return crossbar_words(layer, timing.tile());
        case Resource::converters:
            return fmt::format("{} columns on {} ADC{}, {} ns a conversion", c.tile.columns, c.tile.adcs,
                               c.tile.adcs == 1 ? "" : "s",
                               config::ValueText<double>::print(c.tile.conversion_ns));
        case Resource::scratchpad_ports:
            return memory(p.scratchpad);
        case Resource::memory_ports:
            return memory(p.memory);
        case Resource::links:
            return fmt::format("{} bits a cycle", p.interconnect_bits);
        case Resource::digital_lanes:
            return fmt::format("{} elements a cycle and PE", p.alu_lanes);
    }
    return "";
}

// The weights come slower than the cells are written.
bool fetching_binds(const compiler::MachineLayer& layer, const timing::PlatformTiming& timing) {
    Cycles fetching = 0, writing = 0;
    for (const timing::Pass& pass : layer.passes) {
        if (!pass.program) continue;
        fetching += timing.transfer_cycles({pass.weight_address, pass.weight_words});
        writing += timing.write_cycles(pass.crossbars_per_pe);
    }
    return fetching > writing;
}

// What would make the resource faster.
std::string remedy(Resource resource, const compiler::MachineLayer& layer,
                   const timing::PlatformTiming& timing) {
    switch (resource) {
        case Resource::programming:
            return fmt::format(
                "a grid that holds the network (platform.grid_rows, platform.grid_columns), or {}",
                fetching_binds(layer, timing) ? "a faster way from the data memory (platform.memory_bits, "
                                                "platform.interconnect_bits), where the weights come from"
                                              : "more platform.write_units");
        case Resource::crossbars:
            return "copies of the weights share its pixels (platform.replication)";
        case Resource::converters:
            return "more ADCs per crossbar (tile.adcs), or copies of the weights (platform.replication)";
        case Resource::scratchpad_ports:
            return "wider or more ports (platform.scratchpad_bits, platform.scratchpad_ports)";
        case Resource::memory_ports:
            return "wider or more ports (platform.memory_bits, platform.memory_ports), or a scratchpad that "
                   "holds "
                   "its maps (platform.scratchpad_kib)";
        case Resource::links:
            return "wider links (platform.interconnect_bits)";
        case Resource::digital_lanes:
            return "more lanes (platform.alu_lanes)";
    }
    return "";
}

std::string_view meaning(std::string_view entry, bool on_crossbars) {
    static const std::map<std::string_view, std::string_view> meanings{
        {"program", "weights fetched and written before the first product"},
        {"load", "until the first strip's input is there"},
        {"converter_stall", "crossbars waiting for their ADCs"},
        {"memory_stall", "between strips: input not there yet, or results not away"},
        {"bus_stall", "waiting for a port that another transfer holds"},
        {"digital_stall", "waiting for digital units that work for another layer"},
        {"idle", "waiting for other layers"},
        {"drain", "the pipeline's stages behind the last product"},
        {"digital", "waiting for the digital units to make room, and for their work behind the last product"},
        {"store", "the last strip's results on their way to memory"}};
    if (entry == "compute") return on_crossbars ? "crossbars at work" : "digital units at work";
    return meanings.at(entry);
}

std::string plain(std::string_view name) {
    std::string words(name);
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string joined(const std::vector<Need>& needs, std::size_t count) {
    std::string words;
    for (std::size_t i = 0; i < count; ++i)
        words += (i == 0 ? "" : i + 1 == count ? " and " : ", ") + plain(needs[i].name);
    return words;
}

Explanation explain_layer(const NetworkRun& run, std::size_t index, const config::Configuration& c) {
    const compiler::MachineLayer& layer = run.network.layers[index];
    const LayerRun& result = run.layers[index];
    const timing::PlatformTiming timing(c.platform, c.tile, c.run.clock_mhz);
    Explanation e;
    e.title = layer.convolution > 0 ? fmt::format("{}, {}, convolution {} of {}", layer.name, layer.op,
                                                  layer.convolution, run.network.name)
                                    : fmt::format("{}, {} of {}", layer.name, layer.op, run.network.name);
    e.cycles = result.cycles();
    for (const auto& [name, cycles] : result.breakdown.entries())
        e.went.push_back({std::string(name), cycles, std::string(meaning(name, layer.on_crossbars))});
    const timing::LayerBounds bounds =
        timing::layer_bounds(layer.passes, c.platform, c.tile, c.run.clock_mhz);
    for (const timing::ResourceNeed& need : bounds.needs) {
        e.needs.push_back({std::string(timing::resource_name(need.resource)), need.least,
                           words_of(need.resource, layer, timing, c)});
    }
    e.binding = bounds.binding;
    if (bounds.binding == 0) {
        e.verdict = "It moves nothing and computes nothing: its result is where its input is.";
        return e;
    }
    // What contention adds is not in the closed form.
    e.cycles_if_free = bounds.cycles_if_free;
    std::vector<std::string> remedies;
    const auto binds = [&](Resource resource) {
        return std::any_of(bounds.needs.begin(),
                           bounds.needs.begin() + static_cast<std::ptrdiff_t>(bounds.binding),
                           [&](const timing::ResourceNeed& need) { return need.resource == resource; });
    };
    // Reads and conversions take turns at the same products: one of them alone changes nothing.
    const bool both = binds(Resource::crossbars) && binds(Resource::converters);
    for (std::size_t i = 0; i < bounds.binding; ++i) {
        const Resource resource = bounds.needs[i].resource;
        if (both && resource == Resource::converters) {
            remedies.push_back(
                "more ADCs per crossbar (tile.adcs), but only with a faster read (tile.read_ns)");
        } else {
            remedies.push_back(remedy(resource, layer, timing));
        }
    }
    e.verdict = fmt::format("Bound by {}: {} of {} cycles, {:.1f} %. What helps: {}.",
                            joined(e.needs, e.binding), e.needs[0].least, e.cycles,
                            100.0 * static_cast<double>(e.needs[0].least) / static_cast<double>(e.cycles),
                            fmt::join(remedies, "; or "));
    if (10 * bounds.needs[0].least < 9 * e.cycles) {
        e.verdict +=
            " The rest is what strips do not overlap: waiting for each other, the first one's input, "
            "the last one's results.";
    }
    return e;
}

std::array<std::pair<std::string_view, std::pair<Cycles, std::string_view>>, 9> block_entries(
    const timing::BlockBreakdown& b) {
    return {{{"compute", {b.compute, "the block's cores, LeakyReLU or lanes at work"}},
             {"fill", {b.fill, "pipelines filling"}},
             {"drain", {b.drain, "pipelines emptying"}},
             {"sram_stall", {b.sram_stall, "waiting for a port of an SRAM"}},
             {"lane_stall", {b.lane_stall, "cores waiting for the noise lanes"}},
             {"load", {b.load, "input and weights on their way from memory"}},
             {"store", {b.store, "results on their way to memory"}},
             {"bus_stall", {b.bus_stall, "waiting for a bus that others use"}},
             {"control", {b.control, "the control unit changing state"}}}};
}

Explanation explain_block(const NetworkRun& run, std::size_t index, const config::Configuration& c) {
    const compiler::MachineLayer& layer = run.network.layers[index];
    const timing::BlockTiming& block = *run.layers[index].block;
    const timing::BlockPlan plan = timing::plan_block(
        denoiser::make_geometry(layer.output[0], layer.output[1], layer.output[2], c.denoiser), c.denoiser);
    const timing::Roofline roofline = timing::roofline(plan, block, c.denoiser);
    const config::DenoiserConfig& d = c.denoiser;
    Explanation e;
    e.title = fmt::format("denoiser block after {}, convolution {} of {}", layer.name, layer.convolution,
                          run.network.name);
    e.cycles = block.cycles;
    for (const auto& [name, entry] : block_entries(block.breakdown))
        e.went.push_back({std::string(name), entry.first, std::string(entry.second)});
    const std::map<std::string_view, std::string> words{
        {"multipliers", fmt::format("{} multiplications on {} cores of 9", block.macs, d.cores)},
        {"lanes", fmt::format("{} elements on {} lanes", plan.geometry.elements(), d.lanes)},
        {"activation_read_ports",
         fmt::format("{} words, {} a cycle", block.counts.activation_reads, plan.read_words)},
        {"activation_write_ports",
         fmt::format("{} words, {} a cycle", block.counts.activation_writes, plan.write_words)},
        {"weight_port",
         fmt::format("{} words, {} a cycle", block.counts.weight_reads, plan.weight_read_words)},
        {"dma", fmt::format("{} words, {} a cycle", block.counts.dma_words, d.dma_bits / 16)}};
    for (const auto& [name, cycles] : roofline.entries())
        e.needs.push_back({std::string(name), cycles, words.at(name)});
    std::ranges::stable_sort(e.needs, [](const Need& a, const Need& b) { return a.least > b.least; });
    e.binding = static_cast<std::size_t>(std::ranges::count_if(
        e.needs, [&](const Need& need) { return need.least >= e.needs[0].least - e.needs[0].least / 100; }));
    const bool in_turns = d.schedule == config::Schedule::sequential;
    e.verdict = fmt::format(
        "Bound by {}: {} of {} cycles, {:.1f} %. {}", joined(e.needs, e.binding), e.needs[0].least, e.cycles,
        100.0 * static_cast<double>(e.needs[0].least) / static_cast<double>(e.cycles),
        in_turns
            ? fmt::format("One block of the unit works at a time, so that multipliers and lanes add up to "
                          "{}; denoiser.schedule = overlapped lets them work together.",
                          roofline.multipliers + roofline.lanes)
            : "Cores, LeakyReLU and lanes work together.");
    return e;
}

Explanation explain(const NetworkRun& run, const Subject& subject, const config::Configuration& c) {
    return subject.block ? explain_block(run, subject.layer, c) : explain_layer(run, subject.layer, c);
}

}  // namespace

Subject find_subject(const NetworkRun& run, const std::string& words) {
    for (std::size_t i = 0; i < run.network.layers.size(); ++i) {
        const compiler::MachineLayer& layer = run.network.layers[i];
        if (layer.name == words || std::ranges::find(layer.fused, words) != layer.fused.end())
            return {i, false};
    }
    constexpr std::string_view block = "block";
    const bool of_block = words.starts_with(block);
    const std::optional<std::int64_t> number =
        config::ValueText<std::int64_t>::parse(of_block ? words.substr(block.size()) : words);
    const std::optional<std::size_t> layer = number ? convolution(run, *number) : std::nullopt;
    if (!layer || (of_block && !run.layers[*layer].block)) refuse(run, words);
    return {*layer, of_block};
}

nlohmann::ordered_json explanation_json(const NetworkRun& run, const Subject& subject,
                                        const config::Configuration& configuration) {
    const Explanation e = explain(run, subject, configuration);
    Json went = Json::object(), needs = Json::object(), binding = Json::array();
    for (const Line& line : e.went) went[line.name] = line.cycles;
    for (const Need& need : e.needs) needs[need.name] = need.least;
    for (std::size_t i = 0; i < e.binding; ++i) binding.push_back(e.needs[i].name);
    Json json = {{"name", run.network.layers[subject.layer].name},
                 {"block", subject.block},
                 {"cycles", e.cycles},
                 {"breakdown", std::move(went)},
                 {"least_cycles", std::move(needs)},
                 {"bound_by", std::move(binding)}};
    if (e.binding < e.needs.size()) json["next"] = e.needs[e.binding].name;
    if (e.cycles_if_free >= 0) json["cycles_if_free"] = e.cycles_if_free;
    json["words"] = e.verdict;
    return json;
}

void write_explanation(std::ostream& out, const NetworkRun& run, const Subject& subject,
                       const config::Configuration& configuration) {
    const Explanation e = explain(run, subject, configuration);
    const auto share = [&](Cycles part) {
        return e.cycles == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(e.cycles);
    };
    fmt::print(out, "{}\n\n{:>24} {:>13} cycles\n", e.title, "together", e.cycles);
    for (const Line& line : e.went) {
        if (line.cycles > 0)
            fmt::print(out, "{:>24} {:>13} {:>6.2f}%  {}\n", plain(line.name), line.cycles,
                       share(line.cycles), line.words);
    }
    if (e.binding > 0) {
        out << "\nThe least that each resource would need, were the others no hindrance:\n";
        for (const Need& need : e.needs)
            fmt::print(out, "{:>24} {:>13} {:>6.2f}%  {}\n", plain(need.name), need.least, share(need.least),
                       need.words);
    }
    fmt::print(out, "\n{}\n", e.verdict);
    if (e.binding > 0 && e.binding < e.needs.size()) {
        const std::string pronoun = e.binding == 1 ? "it" : "they";
        if (e.cycles_if_free >= 0) {
            fmt::print(out, "If {} took no time: {} cycles; next would be {}, {} cycles.\n", pronoun,
                       e.cycles_if_free, plain(e.needs[e.binding].name), e.needs[e.binding].least);
        } else {
            fmt::print(out, "Next would be {}, {} cycles.\n", plain(e.needs[e.binding].name),
                       e.needs[e.binding].least);
        }
    }
    if (!subject.block && run.layers[subject.layer].block) {
        const std::int64_t number = run.network.layers[subject.layer].convolution;
        fmt::print(out, "The denoiser block behind it takes {} cycles more: --explain block{}.\n",
                   run.layers[subject.layer].block_cycles(), number);
    }
}

}  // namespace quell::study
