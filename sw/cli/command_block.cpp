#include "models/base/npy.h"
#include "models/base/sha256.h"
#include "models/denoiser/geometry.h"
#include "models/denoiser/noise_lanes.h"
#include "models/denoiser/weights.h"
#include "models/timing/block_timing.h"
#include "models/timing/cycles.h"
#include "models/timing/plan_search.h"
#include "sw/cli/commands.h"
#include "tlm/block_platform.h"
#include "tlm/wave_window.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <ostream>
#include <utility>

namespace quell::cli {
namespace {

using denoiser::Word;
using Json = nlohmann::ordered_json;

// What the block works on: given as files or drawn from the seed.
struct Work {
    denoiser::Geometry geometry;
    denoiser::BlockWeights weights;
    std::vector<Word> x;
};

struct Outcome {
    timing::BlockPlan plan;
    timing::BlockTiming timing;
    std::optional<std::vector<Word>> output;  // absent in `analytic`
    double seconds = 0;
};

// The map in a file as (C,H,W); its shape must be what --channels, --height and --width say where they are
// given.
Tensor<Word> read_map(const std::string& path) {
    const NpyArray array = read_npy(path);
    Tensor<Word> map = expect<Word>(array, path);
    if (map.shape.size() != 3) throw Error("{}: shape (C,H,W) expected, {} came", path, to_string(map.shape));
    return map;
}

Json phases_json(const timing::BlockTiming& timing) {
    Json phases = Json::array();
    for (std::size_t k = 0; k < timing::kPhases; ++k) {
        phases.push_back({{"name", timing::phase_name(static_cast<timing::Phase>(k))},
                          {"cycles", timing.phases[k]},
                          {"macs", timing.phase_macs[k]}});
    }
    return phases;
}

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

Json counts_json(const timing::BlockCounts& c) {
    return {{"multiplies", c.multiplies},
            {"activation_sram_reads", c.activation_reads},
            {"activation_sram_writes", c.activation_writes},
            {"weight_sram_reads", c.weight_reads},
            {"dma_words", c.dma_words},
            {"normals", c.normals}};
}

// The least cycles that each resource alone would need.
Json roofline_json(const Outcome& outcome, const config::DenoiserConfig& config) {
    const timing::BlockTiming& t = outcome.timing;
    const auto lanes = static_cast<std::int64_t>(config.lanes);
    return {
        {"multipliers", t.bound_cycles},
        {"lanes", timing::ceil_divide(outcome.plan.geometry.elements(), lanes)},
        {"activation_read_ports", timing::ceil_divide(t.counts.activation_reads, outcome.plan.read_words)},
        {"activation_write_ports", timing::ceil_divide(t.counts.activation_writes, outcome.plan.write_words)},
        {"dma", timing::ceil_divide(t.counts.dma_words, config.dma_bits / 16)}};
}

class BlockCommand final : public Command {
public:
    std::string name() const override { return "block"; }
    std::string summary() const override {
        return "one denoiser block: cycles by phase, bound, utilisation, values";
    }
    std::string synopsis() const override { return "--channels C --height H --width W [options]"; }
    std::string details() const override {
        return "Runs one block alone, with its memory. The input and the weights are read from --input and "
               "--weights\n"
               "or drawn from the seed; --dump writes the output words. With --fidelity analytic nothing is "
               "computed\n"
               "but the cycles.";
    }

    void register_arguments(config::OptionTable& table) override {
        constexpr double largest = 2147483647;
        table.add_argument("channels", channels_).range(1, 65536).help("Channels of the feature map");
        table.add_argument("height", height_).range(1, largest).help("Rows of the feature map");
        table.add_argument("width", width_).range(1, largest).help("Columns of the feature map");
        table.add_argument("input", input_)
            .help("The feature map, int16 (C,H,W), .npy; drawn from the seed without");
        table.add_argument("weights", weights_)
            .help(
                "The block's weights, .npz; drawn from the seed without. The file decides about biases, not "
                "denoiser.bias");
        table.add_argument("dump", dump_).help("Write the output words, int16 (C,H,W), to this .npy file");
        table.add_argument("dump-input", dump_input_).help("Write the input words to this .npy file");
        table.add_argument("dump-weights", dump_weights_).help("Write the weights to this .npz file");
        table.add_argument("vcd", waves_.file)
            .help("Draw waves of the pin-level unit into this VCD file (--fidelity cycle)");
        table.add_argument("vcd-from", waves_.from)
            .range(0, 9e15)
            .help("First cycle drawn, counted from the start of the block");
        table.add_argument("vcd-to", vcd_to_).range(0, 9e15).help("Last cycle drawn");
        table.add_argument("vcd-scope", waves_.scope)
            .help(
                "Modules drawn, a glob: dcu, core_*, lane_0, activation_sram, weight_sram, leaky_relu, dma");
        table.add_argument("image", image_).help("Number of the image, for the noise lanes' base seed");
        table.add_argument("site", site_)
            .range(0, 4294967295.0)
            .help("Number of the block, for the base seed");
    }

    int run(const Arguments& arguments, std::ostream& out, std::ostream& /*err*/) override {
        const config::Configuration& c = arguments.configuration;
        const bool values = c.run.fidelity != config::Fidelity::analytic;
        if (!values && !dump_.empty()) {
            throw UsageError("--dump {}: analytic computes no values, expected --fidelity transaction",
                             dump_);
        }
        if (!waves_.file.empty() && c.run.fidelity != config::Fidelity::cycle) {
            throw UsageError("--vcd {}: waves are drawn by the pin-level unit, expected --fidelity cycle",
                             waves_.file);
        }
        refuse_same_file();
        const Outcome outcome = values ? simulate(c) : analytic(c);
        if (!dump_.empty()) {
            const denoiser::Geometry& g = outcome.plan.geometry;
            write_npy(dump_, Tensor<Word>({g.channels, g.height, g.width}, *outcome.output));
        }
        switch (c.run.format) {
            case config::Format::json:
                out << json(outcome, c).dump(2) << '\n';
                break;
            case config::Format::csv:
                write_csv(outcome, out);
                break;
            case config::Format::table:
                write_table(outcome, c, out);
                break;
        }
        return 0;
    }

private:
    // Each would be written over the other.
    void refuse_same_file() const {
        const std::vector<std::pair<const char*, const std::string*>> files{
            {"--dump", &dump_},
            {"--dump-input", &dump_input_},
            {"--dump-weights", &dump_weights_},
            {"--vcd", &waves_.file}};
        std::map<std::filesystem::path, const char*> seen;
        for (const auto& [option, file] : files) {
            if (file->empty()) continue;
            std::error_code ignored;
            const std::filesystem::path path =
                std::filesystem::weakly_canonical(std::filesystem::absolute(*file, ignored), ignored);
            const auto [before, is_new] = seen.emplace(path, option);
            if (!is_new) {
                throw UsageError("{} {}: {} writes the same file, expected two files", option, *file,
                                 before->second);
            }
        }
    }

    // The shape asked for; what is absent comes from the input file.
    denoiser::Geometry geometry(const config::DenoiserConfig& config, const Tensor<Word>* map) const {
        std::int64_t shape[3] = {channels_, height_, width_};
        static constexpr const char* names[3] = {"--channels", "--height", "--width"};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            if (map != nullptr && shape[axis] != 0 && shape[axis] != map->shape[axis]) {
                throw Error("{}: {} = {} expected, the array is {}", input_, names[axis], shape[axis],
                            to_string(map->shape));
            }
            if (map != nullptr) shape[axis] = map->shape[axis];
            if (shape[axis] == 0) {
                throw UsageError("{} is missing; usage: quell block {}", names[axis], synopsis());
            }
        }
        return denoiser::make_geometry(shape[0], shape[1], shape[2], config);
    }

    Work prepare(const config::Configuration& c) const {
        Work work;
        std::optional<Tensor<Word>> map;
        if (!input_.empty()) map = read_map(input_);
        work.geometry = geometry(c.denoiser, map ? &*map : nullptr);
        constexpr std::int64_t most = std::int64_t{1} << 27;
        if (work.geometry.elements() > most) {
            throw Error(
                "a block of {}x{}x{} has more than 2^27 elements, too many to compute; --fidelity analytic "
                "gives its cycles",
                work.geometry.channels, work.geometry.height, work.geometry.width);
        }
        const std::int64_t words = work.geometry.parameters();
        if (words > most) {
            throw Error(
                "a block of {}x{}x{} has {} weights, more than 2^27, too many to compute; --fidelity "
                "analytic gives its cycles",
                work.geometry.channels, work.geometry.height, work.geometry.width, words);
        }
        work.weights = weights_.empty() ? denoiser::draw_weights(work.geometry, c.run.seed)
                                        : denoiser::read_weights(weights_, work.geometry);
        work.x = map ? std::move(map->values) : denoiser::draw_input(work.geometry, c.run.seed);
        return work;
    }

    Outcome simulate(const config::Configuration& c) const {
        const Work work = prepare(c);
        const denoiser::Geometry& g = work.geometry;
        if (!dump_input_.empty())
            write_npy(dump_input_, Tensor<Word>({g.channels, g.height, g.width}, work.x));
        if (!dump_weights_.empty()) denoiser::write_weights(dump_weights_, work.weights, g);
        const std::uint64_t seed = denoiser::base_seed(
            {c.run.seed, image_, static_cast<std::uint32_t>(site_)}, c.denoiser.lfsr_width);
        const auto from = std::chrono::steady_clock::now();
        const auto model = c.run.fidelity == config::Fidelity::cycle ? tlm::DenoiserModel::pin_level
                                                                     : tlm::DenoiserModel::transaction;
        tlm::BlockPlatform platform("block", c.denoiser, c.run.clock_mhz, g, work.weights, work.x, seed,
                                    model);
        if (!waves_.file.empty()) {
            tlm::WaveOptions waves = waves_;
            if (vcd_to_) waves.to = *vcd_to_;
            platform.draw(waves);
        }
        tlm::BlockRun run = platform.run();
        if (!waves_.file.empty() && waves_.from > run.timing.cycles) {
            throw Error("--vcd-from {}: the block ends in cycle {}, nothing was drawn", waves_.from,
                        run.timing.cycles);
        }
        Outcome outcome{run.plan, run.timing, std::move(run.output), seconds_since(from)};
        return outcome;
    }

    Outcome analytic(const config::Configuration& c) const {
        denoiser::Geometry g;
        if (input_.empty()) {
            g = geometry(c.denoiser, nullptr);
        } else {
            const Tensor<Word> map = read_map(input_);
            g = geometry(c.denoiser, &map);
        }
        if (!weights_.empty()) denoiser::read_weights(weights_, g);
        const auto from = std::chrono::steady_clock::now();
        Outcome outcome;
        outcome.plan = timing::plan_block(g, c.denoiser);
        timing::UncontendedDma dma(c.denoiser.dma_bits / 16);
        outcome.timing = timing::run_plan(outcome.plan, c.denoiser, dma);
        outcome.seconds = seconds_since(from);
        return outcome;
    }

    static double seconds_since(std::chrono::steady_clock::time_point from) {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
    }

    static std::string_view fidelity_name(config::Fidelity fidelity) {
        return fidelity == config::Fidelity::analytic      ? "analytic"
               : fidelity == config::Fidelity::transaction ? "transaction"
                                                           : "cycle";
    }

    Json json(const Outcome& outcome, const config::Configuration& c) const {
        const timing::BlockTiming& t = outcome.timing;
        const denoiser::Geometry& g = outcome.plan.geometry;
        Json result = {{"schema", "quell.block/1"},
                       {"fidelity", fidelity_name(c.run.fidelity)},
                       {"channels", g.channels},
                       {"height", g.height},
                       {"width", g.width},
                       {"cycles", t.cycles},
                       {"bound_cycles", t.bound_cycles},
                       {"macs", t.macs},
                       {"utilisation", t.utilisation()},
                       {"pointwise_utilisation", t.pointwise_utilisation(c.denoiser.cores)},
                       {"latency_us", static_cast<double>(t.cycles) / c.run.clock_mhz},
                       {"phases", phases_json(t)},
                       {"breakdown", breakdown_json(t.breakdown)},
                       {"roofline_cycles", roofline_json(outcome, c.denoiser)},
                       {"counts", counts_json(t.counts)},
                       {"plan", plan_json(outcome.plan)}};
        result["output_sha256"] = outcome.output ? Json(hash(*outcome.output)) : Json(nullptr);
        result["sim_seconds"] = outcome.seconds;
        return result;
    }

    static std::string hash(const std::vector<Word>& words) {
        return sha256(std::as_bytes(std::span(words)));
    }

    static void write_csv(const Outcome& outcome, std::ostream& out) {
        out << "phase,cycles,macs\n";
        for (std::size_t k = 0; k < timing::kPhases; ++k) {
            out << fmt::format("{},{},{}\n", timing::phase_name(static_cast<timing::Phase>(k)),
                               outcome.timing.phases[k], outcome.timing.phase_macs[k]);
        }
    }

    static void write_table(const Outcome& outcome, const config::Configuration& c, std::ostream& out) {
        const timing::BlockTiming& t = outcome.timing;
        const denoiser::Geometry& g = outcome.plan.geometry;
        out << fmt::format(
            "denoiser block {}x{}x{}, bottleneck {}, {} of {} cores, {} of {} lanes, {} strip{} of {} "
            "pixels\n\n",
            g.channels, g.height, g.width, g.bottleneck, outcome.plan.cores, c.denoiser.cores,
            outcome.plan.lanes, c.denoiser.lanes, outcome.plan.strips, outcome.plan.strips == 1 ? "" : "s",
            outcome.plan.strip_pixels);
        const bool sums = c.denoiser.schedule == config::Schedule::sequential;
        out << fmt::format("{:<14}{:>12}{:>14}{:>12}\n", sums ? "phase" : "phase, active", "cycles", "MACs",
                           "multipliers");
        for (std::size_t k = 0; k < timing::kPhases; ++k) {
            std::string use;
            if (t.phase_macs[k] > 0 && t.phases[k] > 0) {
                use =
                    fmt::format("{:.1f} %", 100.0 * static_cast<double>(t.phase_macs[k]) /
                                                (9.0 * c.denoiser.cores * static_cast<double>(t.phases[k])));
            }
            out << fmt::format("{:<14}{:>12}{:>14}{:>12}\n",
                               timing::phase_name(static_cast<timing::Phase>(k)), t.phases[k],
                               t.phase_macs[k], use);
        }
        out << fmt::format("{:<14}{:>12}{:>14}{:>12}\n\n", "total", t.cycles, t.macs,
                           fmt::format("{:.1f} %", 100 * t.utilisation()));
        out << fmt::format("the 1x1 convolutions use {:.1f} % of the multipliers\n",
                           100 * t.pointwise_utilisation(c.denoiser.cores));
        out << "where the cycles went:";
        const Json breakdown = breakdown_json(t.breakdown);
        for (const auto& [name, cycles] : breakdown.items()) {
            if (cycles.get<std::int64_t>() != 0)
                out << fmt::format("  {} {}", name, cycles.get<std::int64_t>());
        }
        out << "\neach resource alone would need:";
        const Json roofline = roofline_json(outcome, c.denoiser);
        for (const auto& [name, cycles] : roofline.items()) {
            out << fmt::format("  {} {}", name, cycles.get<std::int64_t>());
        }
        out << fmt::format("\n{:.3f} times the multipliers' bound of {}; {:.2f} us at {:g} MHz\n",
                           static_cast<double>(t.cycles) / static_cast<double>(t.bound_cycles),
                           t.bound_cycles, static_cast<double>(t.cycles) / c.run.clock_mhz, c.run.clock_mhz);
        if (outcome.output) out << "output sha256 " << hash(*outcome.output) << '\n';
        out << fmt::format("simulated in {:.3f} s ({})\n", outcome.seconds, fidelity_name(c.run.fidelity));
    }

    std::int64_t channels_ = 0, height_ = 0, width_ = 0;
    std::string input_, weights_, dump_, dump_input_, dump_weights_;
    tlm::WaveOptions waves_;
    std::optional<std::int64_t> vcd_to_;
    std::uint64_t image_ = 0;
    std::int64_t site_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_block_command() {
    return std::make_unique<BlockCommand>();
}

}  // namespace quell::cli
