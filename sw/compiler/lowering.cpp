#include "sw/compiler/lowering.h"

#include "models/base/error.h"
#include "models/denoiser/weight_image.h"
#include "models/network/blocks/denoiser_blocks.h"
#include "models/network/graph_statistics.h"
#include "models/network/shape_inference.h"
#include "models/timing/cycles.h"
#include "sw/compiler/address_allocator.h"
#include "sw/compiler/grid_placement.h"
#include "sw/compiler/layer_strips.h"
#include "sw/compiler/replication.h"
#include "sw/compiler/value_storage.h"

#include <algorithm>
#include <map>
#include <optional>

namespace quell::compiler {
namespace {

using namespace network;
using timing::ceil_divide;

constexpr std::int64_t weight_unit = 16;  // words in which PROGRAM counts

// A layer whose weights lie on crossbars, as it is known before anything has a place.
struct CrossbarLayer {
    std::size_t node = 0;
    analog::LayerMatrix matrix;
    analog::CrossbarMapping mapping;
    std::int64_t pixels = 1;  // products of one image
    std::int64_t replicas = 1;
    std::vector<Placement> passes;
    std::vector<std::int64_t> stacks;  // of each pass
};

class Lowering {
public:
    Lowering(const Graph& graph, const LoweringOptions& options)
        : graph_(graph),
          options_(options),
          shapes_(infer_shapes(graph, 1)),
          statistics_(statistics(graph)),
          storage_(plan_storage(graph, shapes_)),
          grid_(grid_pes(), options.platform.crossbars_per_pe),
          memory_(512 * options.platform.scratchpad.kib, 512 * options.platform.memory.kib) {
        for (const Buffer& buffer : storage_.buffers) result_.maps.push_back({buffer.words, -1, 1});
        for (std::size_t b = 0; b < options.map_buffers.size(); ++b)
            result_.maps.at(b).buffers = options.map_buffers[b];
    }

    MachineNetwork run() {
        refuse_own_blocks();
        check_blocks();
        result_.name = graph_.name;
        find_crossbar_layers();
        place_on_grid();
        place_inputs();
        if (!options_.map_buffers.empty()) place_blocks_first();
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            if (storage_.nodes[i].role == Role::layer) add_layer_by_name(i);
            give_back(i);
        }
        result_.scratchpad_words = memory_.scratchpad_peak();
        return std::move(result_);
    }

private:
    std::int64_t grid_pes() const {
        return std::int64_t{options_.platform.grid_rows} * options_.platform.grid_columns;
    }

    void refuse_own_blocks() const {
        for (const Node& node : graph_.nodes) {
            if (node.metadata.contains(denoiser_mark)) {
                throw Error(
                    "{}: node '{}' belongs to a denoiser block of the network's own; timing such a network "
                    "is "
                    "not part of this version",
                    graph_.name, node.name);
            }
        }
    }

    void check_blocks() const {
        std::int64_t convolutions = 0;
        for (const LayerStatistics& layer : statistics_.layers)
            convolutions = std::max(convolutions, layer.convolution);
        for (const std::int64_t after : options_.blocks_after) {
            if (after < 1 || after > convolutions) {
                throw UsageError("denoiser.after names convolution {}, {} has {}", after, graph_.name,
                                 convolutions);
            }
        }
    }

    // The weight matrix of a node, when it has one that is known beforehand.
    std::optional<analog::LayerMatrix> weight_matrix(const Node& node) const {
        if (node.inputs.size() < 2 || !graph_.is_constant(node.inputs[1]) ||
            graph_.is_constant(node.inputs[0])) {
            return std::nullopt;
        }
        const Shape& weight = shapes_.at(node.inputs[1]);
        if (const auto* convolution = std::get_if<Convolution>(&node.operation)) {
            return analog::LayerMatrix{convolution->groups, weight[1] * weight[2] * weight[3],
                                       weight[0] / convolution->groups};
        }
        if (const auto* gemm = std::get_if<Gemm>(&node.operation); gemm != nullptr && weight.size() == 2) {
            return analog::LayerMatrix{1, weight[gemm->transpose_b ? 1 : 0],
                                       weight[gemm->transpose_b ? 0 : 1]};
        }
        if (std::holds_alternative<MatMul>(node.operation) && weight.size() == 2) {
            return analog::LayerMatrix{1, weight[0], weight[1]};
        }
        return std::nullopt;
    }

    void find_crossbar_layers() {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            const Node& node = graph_.nodes[i];
            const std::optional<analog::LayerMatrix> matrix = weight_matrix(node);
            if (!matrix) continue;
            CrossbarLayer layer;
            layer.node = i;
            layer.matrix = *matrix;
            layer.mapping = analog::map_to_crossbars(*matrix, options_.tile);
            layer.pixels = element_count(shapes_.at(node.output)) / (matrix->groups * matrix->outputs);
            crossbar_layers_.push_back(std::move(layer));
        }
    }

    void place_on_grid() {
        std::vector<ReplicationLayer> layers;
        for (const CrossbarLayer& layer : crossbar_layers_) {
            const bool convolution = std::holds_alternative<Convolution>(graph_.nodes[layer.node].operation);
            layers.push_back(
                {layer.mapping.row_splits, layer.mapping.column_blocks, convolution ? layer.pixels : 1});
        }
        const std::vector<std::int64_t> copies =
            replicate(layers, options_.platform.replication,
                      options_.platform.replication_pes.value_or(static_cast<int>(grid_pes())),
                      options_.platform.crossbars_per_pe);
        for (std::size_t i = 0; i < crossbar_layers_.size(); ++i) crossbar_layers_[i].replicas = copies[i];
        if (place_resident()) return;
        if (!options_.platform.reprogram) refuse();
        result_.resident = false;
        place_in_turns();
    }

    bool place_resident() {
        grid_.clear();
        for (CrossbarLayer& layer : crossbar_layers_) {
            const std::int64_t stacks = layer.mapping.column_blocks * layer.replicas;
            const std::optional<Placement> placement = grid_.place(layer.mapping.row_splits, stacks);
            if (!placement) return false;
            layer.passes = {*placement};
            layer.stacks = {stacks};
        }
        return true;
    }

    [[noreturn]] void refuse() {
        grid_.clear();
        std::int64_t needed = 0;
        for (const CrossbarLayer& layer : crossbar_layers_)
            needed += layer.mapping.crossbars() * layer.replicas;
        for (const CrossbarLayer& layer : crossbar_layers_) {
            const std::int64_t stacks = layer.mapping.column_blocks * layer.replicas;
            if (grid_.place(layer.mapping.row_splits, stacks)) continue;
            throw Error(
                "layer '{}' of {} needs {} crossbars and {} are left; the network needs {}, the grid of {} x "
                "{} PEs has {} "
                "and platform.reprogram = false",
                graph_.nodes[layer.node].name, graph_.name, layer.mapping.row_splits * stacks,
                grid_.free_crossbars(), needed, options_.platform.grid_rows, options_.platform.grid_columns,
                grid_pes() * options_.platform.crossbars_per_pe);
        }
        throw Error("{} does not fit on the grid", graph_.name);
    }

    // Layer after layer onto the grid, which is cleared whenever the next one does not fit.
    void place_in_turns() {
        grid_.clear();
        for (CrossbarLayer& layer : crossbar_layers_) {
            const std::int64_t height = layer.mapping.row_splits;
            GridPlacement empty(grid_pes(), options_.platform.crossbars_per_pe);
            const std::int64_t room = empty.free_stacks(height);
            if (room < 1) {
                throw Error(
                    "layer '{}' of {}: one output needs {} crossbars on top of each other, the grid has {}",
                    graph_.nodes[layer.node].name, graph_.name, height,
                    grid_pes() * options_.platform.crossbars_per_pe);
            }
            layer.replicas = std::clamp<std::int64_t>(room / layer.mapping.column_blocks, 1, layer.replicas);
            std::int64_t left = layer.mapping.column_blocks * layer.replicas;
            layer.passes.clear();
            layer.stacks.clear();
            while (left > 0) {
                const std::int64_t here = std::min(left, room);
                std::optional<Placement> placement = grid_.place(height, here);
                if (!placement) {
                    grid_.clear();
                    placement = grid_.place(height, here);
                }
                layer.passes.push_back(*placement);
                layer.stacks.push_back(here);
                left -= here;
            }
        }
    }

    void place_inputs() {
        for (std::size_t b = 0; b < storage_.buffers.size(); ++b) {
            if (!storage_.buffers[b].is_input) continue;
            try {
                result_.maps[b].address = memory_.allocate(words_of(result_.maps[b]), true);
            } catch (const Error& error) {
                throw Error("the input of {}, which comes through the data memory: {}", graph_.name,
                            error.what());
            }
        }
        input_words_ = memory_.memory_words();
    }

    // Many images: nothing is given back, so that who comes first lies in the scratchpad. The denoiser reads
    // and writes a map as fast as the scratchpad lets it, layers are slower.
    void place_blocks_first() {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            const LayerStatistics& facts = statistics_.layers[i];
            if (!followed_by_block(facts.convolution) || facts.output.size() != 4) continue;
            placed(graph_.nodes[i].output);
            block_weights_[facts.convolution] =
                memory_.allocate(block_weight_words({facts.output.begin() + 1, facts.output.end()}));
        }
    }

    bool followed_by_block(std::int64_t convolution) const {
        return convolution > 0 && std::find(options_.blocks_after.begin(), options_.blocks_after.end(),
                                            convolution) != options_.blocks_after.end();
    }

    std::int64_t block_weight_words(const Shape& map) const {
        return denoiser::weight_image_words(
            denoiser::make_geometry(map[0], map[1], map[2], options_.denoiser));
    }

    static std::int64_t words_of(const FeatureMap& map) { return map.buffers * map.words; }

    void give_back(std::size_t node) {
        if (!options_.map_buffers.empty()) return;
        for (std::size_t b = 0; b < storage_.buffers.size(); ++b) {
            const Buffer& buffer = storage_.buffers[b];
            if (buffer.last_use == node && result_.maps[b].address >= 0 && !buffer.is_input)
                memory_.release(result_.maps[b].address);
        }
    }

    void note_maps(const Node& node, MachineLayer& layer) const {
        for (const std::string& input : node.inputs) {
            const auto stored = storage_.values.find(input);
            if (input.empty() || graph_.is_constant(input) || stored == storage_.values.end()) continue;
            for (const Segment& segment : stored->second.segments) {
                if (std::find(layer.reads.begin(), layer.reads.end(), segment.buffer) == layer.reads.end())
                    layer.reads.push_back(segment.buffer);
            }
        }
        layer.writes = storage_.values.at(node.output).segments.at(0).buffer;
    }

    PlacedValue placed(const std::string& name) {
        PlacedValue result;
        const auto stored = storage_.values.find(name);
        if (stored == storage_.values.end()) {
            throw Error("{}: value '{}' is used before it is computed", graph_.name, name);
        }
        result.value = stored->second;
        for (const Segment& segment : result.value.segments) {
            FeatureMap& map = result_.maps[segment.buffer];
            if (map.address < 0) {
                map.address = memory_.allocate(words_of(map));
                if (map.address >= timing::memory_base) result_.spilled_words += words_of(map);
            }
            result.addresses.push_back(map.address + segment.offset);
        }
        return result;
    }

    std::vector<timing::DigitalFunction> riding_functions(std::size_t host, MachineLayer& layer) const {
        std::vector<timing::DigitalFunction> functions;
        bool swish = false;
        for (std::size_t i = host + 1; i < graph_.nodes.size(); ++i) {
            if (storage_.nodes[i].role != Role::rides || storage_.nodes[i].host != host) continue;
            const Node& node = graph_.nodes[i];
            layer.fused.push_back(node.name);
            if (std::holds_alternative<BatchNormalization>(node.operation)) {
                if (functions.empty() && !has_bias(graph_.nodes[host]))
                    functions.push_back(timing::DigitalFunction::bias);
                continue;
            }
            if (std::holds_alternative<Binary>(node.operation)) {  // closes a swish
                swish = true;
                continue;
            }
            for (const timing::DigitalFunction function : functions_of(node.operation))
                functions.push_back(function);
        }
        if (swish) {
            const auto sigmoid =
                std::find(functions.begin(), functions.end(), timing::DigitalFunction::sigmoid);
            if (sigmoid != functions.end()) *sigmoid = timing::DigitalFunction::swish;
        }
        return functions;
    }

    static bool has_bias(const Node& node) { return node.inputs.size() > 2 && !node.inputs[2].empty(); }

    void add_layer_by_name(std::size_t index) {
        try {
            add_layer(index);
        } catch (const Error& error) {
            throw Error("layer '{}' of {}: {}", graph_.nodes[index].name, graph_.name, error.what());
        }
    }

    void add_layer(std::size_t index) {
        const Node& node = graph_.nodes[index];
        const LayerStatistics& facts = statistics_.layers[index];
        MachineLayer layer;
        layer.name = node.name;
        layer.op = facts.op;
        layer.convolution = facts.convolution;
        layer.macs = facts.macs;
        layer.output = Shape(facts.output.begin() + (facts.output.empty() ? 0 : 1), facts.output.end());
        layer.outputs = element_count(facts.output);
        layer.denoised = followed_by_block(facts.convolution);

        note_maps(node, layer);
        std::vector<timing::DigitalFunction> functions = riding_functions(index, layer);
        const auto crossbar = std::find_if(crossbar_layers_.begin(), crossbar_layers_.end(),
                                           [index](const CrossbarLayer& c) { return c.node == index; });
        if (crossbar != crossbar_layers_.end()) {
            if (has_bias(node)) functions.insert(functions.begin(), timing::DigitalFunction::bias);
            add_crossbar_passes(*crossbar, functions, layer);
        } else {
            add_digital_pass(node, functions, layer);
        }
        if (layer.denoised) place_block(layer);
        result_.layers.push_back(std::move(layer));
    }

    void place_block(MachineLayer& layer) {
        if (layer.output.size() != 3) {
            throw Error("a denoiser block follows it, but its output {} is no feature map",
                        to_string(layer.output));
        }
        const auto placed_before = block_weights_.find(layer.convolution);
        layer.block_weight_address = placed_before != block_weights_.end()
                                         ? placed_before->second
                                         : memory_.allocate(block_weight_words(layer.output));
    }

    void add_crossbar_passes(const CrossbarLayer& source,
                             const std::vector<timing::DigitalFunction>& functions, MachineLayer& layer) {
        const Node& node = graph_.nodes[source.node];
        const analog::CrossbarMapping& mapping = source.mapping;
        layer.on_crossbars = true;
        layer.mapping = mapping;
        layer.replicas = source.replicas;
        result_.crossbars += layer.crossbars();

        CrossbarStrips strips;
        if (const auto* convolution = std::get_if<Convolution>(&node.operation))
            strips.window = &convolution->window;
        strips.input = placed(node.inputs[0]);
        strips.output = placed(node.output);
        layer.output_address = strips.output.addresses.at(0);
        strips.row_splits = mapping.row_splits;
        strips.replicas = source.replicas;
        strips.functions = functions;
        if (strips.window == nullptr) {  // rows of a matrix are its products
            strips.output.value.height = source.pixels;
            strips.output.value.width = 1;
            strips.output.value.channels = source.matrix.outputs;
        }

        const std::int64_t channels = source.matrix.groups * source.matrix.outputs;
        std::int64_t stored = 0;
        for (std::size_t p = 0; p < source.passes.size(); ++p) {
            const Placement& placement = source.passes[p];
            const bool last = p + 1 == source.passes.size();
            const std::int64_t blocks = ceil_divide(source.stacks[p], source.replicas);
            const std::int64_t share =
                last ? channels - stored
                     : std::min(channels - stored, channels * blocks / mapping.column_blocks);
            strips.first_output_channel = stored;
            strips.output_channels = share;
            strips.outputs_per_pe = std::min(placement.stacks_per_pe * mapping.outputs_per_block, channels);
            strips.pes_per_stack = placement.pes_per_stack;
            strips.input_channels_per_pe = input_channels(source, placement, strips.input.value.channels);

            timing::Pass pass;
            pass.pes = placement.pes;
            pass.crossbars_per_pe = placement.crossbars_per_pe;
            pass.crossbars = source.stacks[p] * mapping.row_splits;
            pass.program = !result_.resident;
            if (pass.program) {
                const std::int64_t weights = source.matrix.inputs * share;
                pass.weight_words = ceil_divide(weights, weight_unit) * weight_unit;
                pass.weight_address = memory_.allocate(pass.weight_words, true);
            }
            pass.runs = crossbar_strips(strips, options_.platform);
            layer.passes.push_back(std::move(pass));
            stored += share;
        }
    }

    // A PE keeps the rows of the channels that its crossbars see.
    static std::int64_t input_channels(const CrossbarLayer& layer, const Placement& placement,
                                       std::int64_t channels) {
        if (layer.matrix.groups == 1) return ceil_divide(channels, placement.pes_per_stack);
        const std::int64_t groups_per_block =
            std::max<std::int64_t>(1, layer.mapping.outputs_per_block / layer.matrix.outputs);
        return std::min(channels,
                        placement.stacks_per_pe * groups_per_block * channels / layer.matrix.groups);
    }

    void add_digital_pass(const Node& node, const std::vector<timing::DigitalFunction>& functions,
                          MachineLayer& layer) {
        DigitalStrips strips;
        strips.node = &node;
        for (const std::string& input : node.inputs) {
            if (!input.empty() && !graph_.is_constant(input)) strips.inputs.push_back(placed(input));
        }
        strips.output = placed(node.output);
        layer.output_address = strips.output.addresses.at(0);
        strips.macs = layer.macs;
        strips.functions = functions;
        strips.pes = grid_pes();
        timing::Pass pass;
        pass.pes = {0, static_cast<int>(grid_pes())};
        pass.runs = digital_strips(strips);
        layer.passes.push_back(std::move(pass));
    }

    const Graph& graph_;
    const LoweringOptions& options_;
    ShapeMap shapes_;
    GraphStatistics statistics_;
    StoragePlan storage_;
    GridPlacement grid_;
    AddressAllocator memory_;
    std::map<std::int64_t, std::int64_t> block_weights_;  // convolution -> address, where it is known early
    std::vector<CrossbarLayer> crossbar_layers_;
    std::int64_t input_words_ = 0;
    MachineNetwork result_;
};

}  // namespace

MachineNetwork lower(const Graph& graph, const LoweringOptions& options) {
    return Lowering(graph, options).run();
}

}  // namespace quell::compiler
